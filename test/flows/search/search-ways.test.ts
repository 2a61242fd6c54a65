import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { visibleTo } from '../../../src/auth/policy.ts';
import { monthAt } from '../../../src/posts/archive/month.ts';
import { authorTerm, MEMBERS_TERM } from '../../../src/posts/post.ts';
import { renderMissingTexts } from '../../../src/posts/writing/texts.service.ts';
import type { Match } from '../../../src/search/match.ts';
import { listNewest } from '../../../src/search/newest.ts';
import type { Phrase } from '../../../src/search/query.ts';
import { countMatches, listIn, listMatches, within } from '../../../src/search/search.store.ts';
import { openBlog } from '../../support/blog.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';

const { server, client } = await openBlog({ RATE_LIMITS: 'off' });
const { db } = server.context;
const authors = [(await client.person('Ada')).id, (await client.person('Bob')).id];

const WORDS = ['abc', 'abcd', 'abd', 'be', 'cat', 'doe'];
const DAY = 24 * 3600;

interface Written {
  id: number;
  date_posted: number;
  user_id: number;
  title: string[];
  body: string[];
  forMembers: boolean;
}

/** So many posts of half a year, some in the same second; the same with each run. */
const [made = []] = fc.sample(
  fc.array(
    fc.record({
      day: fc.nat(180),
      user: fc.constantFrom(...authors),
      title: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }),
      body: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 }),
      forMembers: fc.boolean(),
    }),
    { minLength: 150, maxLength: 150 },
  ),
  { numRuns: 1, seed: 1 },
);
const written: Written[] = [];
for (const { day, user, forMembers, ...words } of made) {
  const row = {
    user_id: user,
    date_posted: (1_580_000_000 + day * DAY) * 1_000_000,
  };
  const { id } = await db
    .insertInto('posts')
    .values({
      ...row,
      title: words.title.join(' '),
      content: words.body.join(' '),
      audience: forMembers ? 'members' : 'blog',
      members_only: Number(forMembers),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  written.push({ id, ...row, ...words, forMembers });
}
await renderMissingTexts(server.context, new AbortController().signal);
written.sort((a, b) => b.date_posted - a.date_posted || b.id - a.id);

/** So many posts that SQLite reads one after the other. */
const counts = [...new Set(written.map(({ date_posted }) => monthAt(date_posted)))].map(
  (month) => ({ month, posts: 20_000 }),
);

const phrases = (least: number, most: number) =>
  fc.array(
    fc
      .record({
        terms: fc.array(fc.constantFrom(...WORDS, 'ab'), { minLength: 1, maxLength: 3 }),
        prefix: fc.boolean(),
      })
      .map(({ terms, prefix }): Phrase => ({
        terms,
        prefix: prefix && (terms.at(-1) ?? '').length >= 3,
      })),
    { minLength: least, maxLength: most },
  );
const search = fc.record({
  all: phrases(1, 2),
  none: phrases(0, 2),
  inTitle: fc.boolean(),
  author: fc.option(fc.constantFrom(...authors)),
  after: fc.option(fc.constantFrom(...written), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 25 }),
});
type Search = typeof search extends fc.Arbitrary<infer T> ? T : never;

/** What a stranger finds, by reading all posts. */
function expected({ all, none, inTitle, author, after, limit }: Search): number[] {
  const begin = after ? written.indexOf(after) + 1 : 0;
  const has = ({ title, body }: Written) => {
    return (phrase: Phrase) =>
      [title, ...(inTitle ? [] : [body])].some((in_) => occurs(in_, phrase));
  };
  return written
    .slice(begin)
    .filter((post) => !post.forMembers && (author === null || post.user_id === author))
    .filter((post) => all.every(has(post)) && !none.some(has(post)))
    .slice(0, limit)
    .map(({ id }) => id);
}

function occurs(words: string[], { terms, prefix }: Phrase): boolean {
  return words.some((_, from) =>
    terms.every((term, n) => {
      const word = words[from + n];
      return word === term || (prefix && n === terms.length - 1 && word?.startsWith(term) === true);
    }),
  );
}

const wantedOf = ({ all, none, inTitle, author }: Search) => {
  const facts = author === null ? [] : [[authorTerm(author)]];
  const match: Match = { all, none, inTitle, facts, notFacts: [MEMBERS_TERM] };
  return { match, visible: visibleTo(null) };
};

test('whatever is searched for, each way of reading finds the same posts in the same order', async () => {
  let found = 0;
  const property = async (one: Search) => {
    const { after, limit } = one;
    const wanted = wantedOf(one);
    const ids = (places: { id: number }[]) => places.map(({ id }) => id);
    const plain = ids((await listMatches(db, wanted, { after, limit })).places);
    found += plain.length;
    assert.deepEqual(plain, expected(one));
    if (ON_POSTGRESQL) {
      const range = { after, limit };
      const { rows } = await within(db, (trx) => listIn(trx, 'by words', wanted, range));
      assert.deepEqual(ids(rows), plain);
    } else {
      const parts = { after, limit, counts, spendMs: Infinity };
      assert.deepEqual(ids((await listNewest(db, wanted, parts)).places), plain);
    }
  };
  await fc.assert(fc.asyncProperty(search, property), { numRuns: 300 });
  assert.ok(found > 200, `${found}`);
});

if (ON_POSTGRESQL) {
  test('what takes too long in the preferred way is read in the other', async () => {
    const of = { all: [{ terms: ['cat'], prefix: false }], none: [], inTitle: false, author: null };
    const wanted = wantedOf({ ...of, after: undefined, limit: 5 });
    await sql`create sequence tries`.execute(db);
    // Only the first row that is read waits, for longer than any limit; what a sequence has counted is not undone.
    const slow = sql<boolean>`case when nextval('tries') = 1 then pg_sleep(30) is not null else true end`;
    const slowly = { ...wanted, visible: () => slow };
    const range = { after: undefined, limit: 5 };
    const all = { ...wanted, visible: () => sql<boolean>`true` };
    assert.deepEqual(await listMatches(db, slowly, range), await listMatches(db, all, range));
    await sql`alter sequence tries restart`.execute(db);
    assert.equal(await countMatches(db, slowly, 7), 7);
  });
}
