import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { toFts5, toTsquery } from './match.ts';
import { parseQuery, PHRASE_MAX, type Query, WORDS_MAX } from './query.ts';

const NOTHING: Query = {
  all: [],
  none: [],
  authors: [],
  notAuthors: [],
  tags: [],
  notTags: [],
  inTitle: false,
};
const phrase = (text: string) => ({
  terms: text.replace(/\*$/, '').split(' '),
  prefix: text.endsWith('*'),
});
const phrases = (...all: string[]) => all.map(phrase);

const QUERIES: [string, Partial<Query>][] = [
  ['Soupe à l’Oignon', { all: phrases('soupe', 'a', 'l oignon') }],
  ['"onion soup" -tomato', { all: phrases('onion soup'), none: phrases('tomato') }],
  ['-"onion soup" x', { all: phrases('x'), none: phrases('onion soup') }],
  ['oni* on* "hot oni"*', { all: phrases('oni*', 'on', 'hot oni*') }],
  ['by:Ada BY:"Ada L" -by:bob', { authors: ['Ada', 'Ada L'], notAuthors: ['bob'] }],
  ['tag:C++ Tag:"pea soup" -tag:🎈', { tags: ['C++', 'pea soup'], notTags: ['🎈'] }],
  ['in:title soup', { all: phrases('soup'), inTitle: true }],
  ['in:Title -in:title soup', { all: phrases('soup'), none: phrases('in title'), inTitle: true }],
  ['in:body by: a:b', { all: phrases('in body', 'by', 'a b') }],
  ['"unfinished phrase', { all: phrases('unfinished phrase') }],
  ['say"this now"', { all: phrases('say', 'this now') }],
  ['https://a.example/b/c', { all: phrases('https a example b', 'c') }],
  ['C++ - -- " "', { all: phrases('c') }],
];
for (const [typed, query] of QUERIES) {
  test(`what ${typed} looks for`, () => {
    assert.deepEqual(parseQuery(typed), { ...NOTHING, ...query });
  });
}

const REFUSED: [string, RegExp][] = [
  ['', /no word/],
  ['" *:(^', /no word/],
  ['-only in:title', /no word/],
  ['one two three four five six seven eight nine', /at most 8 words/],
  ['"one two three four five"', /at most 4 words/],
  ['a'.repeat(201), /at most 200 characters/],
];
for (const [typed, reason] of REFUSED) {
  test(`${typed.slice(0, 50) || 'nothing'} is refused`, () => {
    const query = parseQuery(typed);
    assert.match('refused' in query ? query.refused : '', reason);
  });
}

test('no input is a syntax error, and none exceeds the limits', () => {
  using sqlite = new DatabaseSync(':memory:');
  sqlite.exec(
    "create virtual table t using fts5(title, body, facts, prefix='3', tokenize='ascii')",
  );
  sqlite.exec("insert into t values ('a', 'b', 'c')");
  const search = sqlite.prepare('select count(*) from t where t match ?');
  const pieces = ['"', '*', '-', ':', '(', ')', '^', 'OR', 'NOT', 'NEAR(', 'by:', 'in:', 'title'];
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 12 })
      .map((some) => some.join(' ').slice(0, 200)),
  );
  let searched = 0;
  const property = (text: string) => {
    const query = parseQuery(text);
    if ('refused' in query) return;
    searched += 1;
    const all = [...query.all, ...query.none];
    assert.ok(all.every(({ terms }) => terms.length > 0 && terms.length <= PHRASE_MAX));
    assert.ok(all.flatMap(({ terms }) => terms).length <= WORDS_MAX);
    const facts = query.authors.map(() => ['·by1', '·by2']);
    const match = { ...query, facts, notFacts: query.notAuthors.map(() => '·by3') };
    search.get(toFts5(match));
    assert.match(toTsquery(match), /^!?\('/);
  };
  fc.assert(fc.property(typed, property), { numRuns: 3000 });
  assert.ok(searched > 1000, `${searched}`);
});
