import { termsOf } from '../text/terms.ts';

/** Code points of what is typed. */
export const QUERY_MAX = 200;
/** Words of a query, those in phrases counted each. */
export const WORDS_MAX = 8;
/** Words of a phrase. */
export const PHRASE_MAX = 4;
/** Code points that must stand before a final `*`; the index of beginnings has this length. */
const PREFIX_MIN = 3;

/** Terms that follow each other. */
export interface Phrase {
  terms: string[];
  /** the last one is the beginning of a word */
  prefix: boolean;
}

/** What posts are looked for. */
export interface Query {
  /** all of these occur */
  all: Phrase[];
  /** and none of these */
  none: Phrase[];
  /** names as they were typed; a post must be by all of them, so two different names find nothing */
  authors: string[];
  notAuthors: string[];
  /** as they were typed; a post has all of them */
  tags: string[];
  notTags: string[];
  /** the words are looked for in titles only */
  inTitle: boolean;
}

/** Says in a sentence why a query is refused. */
interface Refusal {
  refused: string;
}

/** Readers of fields such as `by:`; they return false if the value is not valid for the field. */
const FIELDS: Record<string, (query: Query, value: string, not: boolean) => boolean> = {
  by: (query, value, not) => (not ? query.notAuthors : query.authors).push(value) > 0,
  tag: (query, value, not) => (not ? query.notTags : query.tags).push(value) > 0,
  in: (query, value, not) => !not && value.toLowerCase() === 'title' && (query.inTitle = true),
};

const PARTS =
  /(?<not>-)?(?:(?<field>[a-z]+):)?(?:"(?<quoted>[^"]*)(?:"(?<star>\*)?|$)|(?<word>[^\s"]+))/giu;

/**
 * Reads what somebody typed: words, `"a phrase"`, `-not`, `by:name`, `tag:name`, `in:title`,
 * `begin*`. Anything else is a word, so there are no syntax errors. Refused is only what is too
 * long or has nothing to look for.
 */
export function parseQuery(typed: string): Query | Refusal {
  if (Array.from(typed).length > QUERY_MAX) {
    return { refused: `Search for at most ${QUERY_MAX} characters.` };
  }
  const query: Query = {
    all: [],
    none: [],
    authors: [],
    notAuthors: [],
    tags: [],
    notTags: [],
    inTitle: false,
  };
  for (const { groups = {} } of typed.matchAll(PARTS)) {
    const { field, quoted, star, word = '' } = groups;
    const not = groups['not'] !== undefined;
    const value = quoted ?? word;
    if (field !== undefined && value.trim() !== '') {
      if (FIELDS[field.toLowerCase()]?.(query, value, not)) continue;
    }
    const text = field === undefined ? value : `${field}:${value}`;
    const phrase = phraseOf(text, quoted === undefined ? word.endsWith('*') : star !== undefined);
    if (quoted !== undefined && phrase.terms.length > PHRASE_MAX) {
      return { refused: `A phrase has at most ${PHRASE_MAX} words.` };
    }
    (not ? query.none : query.all).push(...piecesOf(phrase));
  }
  return checked(query);
}

function checked(query: Query): Query | Refusal {
  const { all, none, authors, notAuthors, tags, notTags } = query;
  const words = [...all, ...none].flatMap(({ terms }) => terms);
  if ([words, authors, notAuthors, tags, notTags].flat().length > WORDS_MAX) {
    return { refused: `Search for at most ${WORDS_MAX} words.` };
  }
  if (all.length + authors.length + tags.length === 0)
    return { refused: 'There is no word to look for.' };
  return query;
}

function phraseOf(text: string, star: boolean): Phrase {
  const terms = Array.from(termsOf(text), ({ term }) => term);
  return { terms, prefix: star && Array.from(terms.at(-1) ?? '').length >= PREFIX_MIN };
}

/**
 * Splits a word into phrases: something like a web address has many terms, but is not meant as one
 * long phrase.
 */
function piecesOf({ terms, prefix }: Phrase): Phrase[] {
  const pieces: Phrase[] = [];
  for (let from = 0; from < terms.length; from += PHRASE_MAX) {
    const last = from + PHRASE_MAX >= terms.length;
    pieces.push({ terms: terms.slice(from, from + PHRASE_MAX), prefix: prefix && last });
  }
  return pieces;
}
