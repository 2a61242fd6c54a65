import type { Phrase, Query } from './query.ts';

/** A query with the names of authors and tags resolved. */
export interface Match extends Pick<Query, 'all' | 'none' | 'inTitle'> {
  /** Index terms of which each list's posts have one: the accounts that a name may mean, the ids of a tag, that everybody may read it. */
  facts: string[][];
  notFacts: string[];
}

/** As an expression of SQLite's FTS5. No term holds anything that has a meaning in it. */
export function toFts5({ all, none, inTitle, facts, notFacts }: Match): string {
  const phrase = (one: Phrase) => phraseOfFts5(one, inTitle);
  const fact = (term: string) => `"${term}"`;
  const wanted = [...all.map(phrase), ...facts.map((some) => `(${some.map(fact).join(' OR ')})`)];
  const unwanted = [...none.map(phrase), ...notFacts.map(fact)];
  const positive = `(${wanted.join(' AND ')})`;
  return unwanted.length === 0 ? positive : `${positive} NOT (${unwanted.join(' OR ')})`;
}

/** What is looked for, one expression of FTS5 for each phrase. */
export const phrasesOfFts5 = ({ all, inTitle }: Match): string[] =>
  all.map((phrase) => phraseOfFts5(phrase, inTitle));

/** Expressions of FTS5 of which each post that matches has every one: the words alone, and the facts. */
export function termsOfFts5({ all, facts }: Match): string[] {
  const words = all.flatMap(({ terms, prefix }) =>
    terms.map((term, n) => ({ terms: [term], prefix: prefix && n === terms.length - 1 })),
  );
  const some = facts.map((terms) => terms.map((term) => `"${term}"`).join(' OR '));
  return [...some, ...words.map((word) => phraseOfFts5(word, false))];
}

function phraseOfFts5({ terms, prefix }: Phrase, inTitle: boolean): string {
  const quoted = `"${terms.join(' ')}"${prefix ? ' *' : ''}`;
  return inTitle ? `title : ${quoted}` : quoted;
}

/** As a tsquery of PostgreSQL, likewise. */
export function toTsquery({ all, none, inTitle, facts, notFacts }: Match): string {
  const phrase = ({ terms, prefix }: Phrase) => {
    const weight = inTitle ? 'A' : '';
    const flags = (last: boolean) => (prefix && last ? '*' : '') + weight;
    const parts = terms.map((term, n) => lexeme(term, flags(n === terms.length - 1)));
    return `(${parts.join(' <-> ')})`;
  };
  return [
    ...all.map(phrase),
    ...facts.map((some) => `(${some.map((term) => lexeme(term)).join(' | ')})`),
    ...none.map((one) => `!${phrase(one)}`),
    ...notFacts.map((term) => `!${lexeme(term)}`),
  ].join(' & ');
}

const lexeme = (term: string, flags = '') => `'${term}'${flags && `:${flags}`}`;
