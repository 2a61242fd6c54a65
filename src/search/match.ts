import { MEMBERS_TERM, titleTerm } from '../posts/post.ts';
import type { Phrase, Query } from './query.ts';

/** A query with the names of authors and tags resolved. */
export interface Match extends Pick<Query, 'all' | 'none' | 'inTitle'> {
  /**
   * Lists of index terms, such as for the accounts that a name may mean or the ids of a tag. A post
   * must have one term of each list.
   */
  facts: string[][];
  /**
   * Index terms that a post must not have; for people who are not members, also the term of posts
   * for members.
   */
  notFacts: string[];
}

/** Whether a search excludes anything itself. For strangers, posts for members are excluded in any case. */
export const hasExceptions = ({ none, notFacts }: Match): boolean =>
  none.length > 0 || notFacts.some((term) => term !== MEMBERS_TERM);

/** As an expression of SQLite's FTS5. No term holds anything that has a meaning in it. */
export function toFts5({ all, none, inTitle, facts, notFacts }: Match): string {
  const phrase = (one: Phrase) => phraseOfFts5(placed(one, inTitle));
  const fact = (term: string) => `"${term}"`;
  const wanted = [...all.map(phrase), ...facts.map((some) => `(${some.map(fact).join(' OR ')})`)];
  const unwanted = [...none.map(phrase), ...notFacts.map(fact)];
  const positive = `(${wanted.join(' AND ')})`;
  return unwanted.length === 0 ? positive : `${positive} NOT (${unwanted.join(' OR ')})`;
}

/** The FTS5 expressions to rank posts by, one for each phrase. */
export const phrasesOfFts5 = ({ all, inTitle }: Match): string[] =>
  all.map((phrase) => (inTitle ? 'title : ' : '') + phraseOfFts5(phrase));

/** A wider search: every word by itself, in any order, and nothing excluded. Undefined without a phrase of several words. */
export function wordsApart(match: Match): Match | undefined {
  if (match.all.every(({ terms }) => terms.length === 1)) return undefined;
  return { ...match, all: match.all.flatMap(wordsOf), none: [], notFacts: [] };
}

const wordsOf = ({ terms, prefix }: Phrase): Phrase[] =>
  terms.map((term, n) => ({ terms: [term], prefix: prefix && n === terms.length - 1 }));

/** FTS5 expressions that every matching post satisfies: one for each word, and for the facts. */
export function termsOfFts5({ all, inTitle, facts }: Match): string[] {
  const words = all.flatMap((phrase) => wordsOf(placed(phrase, inTitle)));
  const some = facts.map((terms) => terms.map((term) => `"${term}"`).join(' OR '));
  return [...some, ...words.map(phraseOfFts5)];
}

/** Words of titles have terms of their own, since a common word is in few titles. */
const placed = ({ terms, prefix }: Phrase, inTitle: boolean): Phrase => ({
  terms: inTitle ? terms.map(titleTerm) : terms,
  prefix,
});

const phraseOfFts5 = ({ terms, prefix }: Phrase): string =>
  `"${terms.join(' ')}"${prefix ? ' *' : ''}`;

/** As a tsquery of PostgreSQL. Here, too, no term holds anything that has a meaning in it. */
export function toTsquery({ all, none, inTitle, facts, notFacts }: Match): string {
  const phrase = (one: Phrase) => {
    const { terms, prefix } = placed(one, inTitle);
    const parts = terms.map((term, n) => lexeme(term, prefix && n === terms.length - 1));
    return `(${parts.join(' <-> ')})`;
  };
  return [
    ...all.map(phrase),
    ...facts.map((some) => `(${some.map((term) => lexeme(term)).join(' | ')})`),
    ...none.map((one) => `!${phrase(one)}`),
    ...notFacts.map((term) => `!${lexeme(term)}`),
  ].join(' & ');
}

const lexeme = (term: string, prefix = false) => `'${term}'${prefix ? ':*' : ''}`;
