/** How a text was written. */
export type Format = 'text' | 'markdown';

/** A text ready to be shown. */
export interface Rendered {
  /** free of scripts, styles and foreign pictures; knows no configuration */
  html: string;
  /** the beginning, for lists; `excerptCut`: there is more */
  excerptHtml: string;
  excerptCut: boolean;
  /** the readable text, without markup */
  plain: string;
  words: number;
  /** why it is shown as plain text without links though it was to be shown otherwise */
  shownPlain: null | 'deep' | 'slow' | 'long';
}

/**
 * Raise it whenever the same text would be rendered to other markup, so that stored texts are
 * rendered again.
 */
export const RENDERER = 1;
