/** How a text was written. */
export type Format = 'text' | 'markdown';

/** A stored picture that a text may show; `width` and `height`: pixels of its largest file. */
export interface TextPicture {
  id: number;
  key: string;
  width: number;
  height: number;
}

/** A picture that a text shows. */
export interface ShownPicture extends Omit<TextPicture, 'id'> {
  alt: string;
}

/** A text ready to be shown. */
export interface Rendered {
  /** free of scripts, styles and foreign pictures; knows no configuration */
  html: string;
  /** the beginning, for lists; `excerptCut`: there is more */
  excerptHtml: string;
  excerptCut: boolean;
  /** the first lines of the readable text, for lists; '' if there are none */
  teaser: string;
  /** the readable text, without markup */
  plain: string;
  words: number;
  /** the first picture that it shows */
  picture: ShownPicture | null;
  /** why it is shown as plain text without links though it was to be shown otherwise */
  shownPlain: null | 'deep' | 'slow' | 'long' | 'large';
}

/** Somebody whom a text may mention. */
export interface NamedPerson {
  id: number;
  username: string;
  /** `nameKey` of the name */
  key: string;
}

/** A comment ready to be shown. */
export interface RenderedComment {
  /** as that of Rendered */
  html: string;
  /** how many links it has, without those to people */
  links: number;
  /** the ids of the people whom it mentions */
  mentioned: number[];
}

/** Why a text is shown as it was typed, for people: the end of a sentence. */
export const SHOWN_PLAIN: Record<NonNullable<Rendered['shownPlain']>, string> = {
  deep: 'its quotes and lists lie more than 20 deep in each other',
  slow: 'it takes too long to render',
  long: 'it has more than 200,000 characters',
  large: 'its tables, lists or footnotes would make a page of more than 1,000,000 characters',
};

/**
 * Raise it whenever the same text would be rendered to other markup, so that stored texts are
 * rendered again.
 */
export const RENDERER = 7;
