import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { renderMissingTexts } from '../../../src/posts/writing/texts.service.ts';
import { createSearch, SearchRefused } from '../../../src/search/search.service.ts';
import { openBlog } from '../../support/blog.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog({ RATE_LIMITS: 'off' });
const { db } = server.context;
const ada = await client.person('Ada');

/** Posts of a day, the first of them the oldest. */
async function write(day: string, count: number, { content = 'usual', state = 'published' } = {}) {
  const rows = Array.from({ length: count }, (_, nth) => ({
    user_id: ada.id,
    title: `${day}, ${nth}`,
    content,
    state: state as 'published',
    date_posted: (Date.parse(day) + nth) * 1000,
  }));
  await db.insertInto('posts').values(rows).execute();
}

const titlesOf = (day: string, count: number) =>
  Array.from({ length: count }, (_, nth) => `${day}, ${count - 1 - nth}`);

await write('2020-03-31', 25);
await write('2020-02-29', 10);
await write('2020-01-01', 1, { content: 'usual and rare' });
await write('2018-07-01', 1, { state: 'hidden' });
await renderMissingTexts(server.context, new AbortController().signal);
// As if very many more posts had this word, and each month more of them than SQLite reads at once.
if (!ON_POSTGRESQL) {
  await sql`insert into post_index (rowid, title, body, facts)
  with recursive n (i) as (select 1 union all select i + 1 from n where i <= 50000)
  select -i, '', 'usual', '·public' from n`.execute(db);
}
for (const month of [202_003, 202_002, 202_001]) {
  const posts = 20_000;
  await db
    .updateTable('post_months')
    .set({ posts, public: posts })
    .where('month', '=', month)
    .execute();
}
const all = [
  ...titlesOf('2020-03-31', 25),
  ...titlesOf('2020-02-29', 10),
  ...titlesOf('2020-01-01', 1),
];
const search = createSearch(server.context);
const hasty = createSearch(server.context, { spendMs: 0 });
after(async () => {
  await search.close();
  await hasty.close();
});
const titles = ({ posts }: { posts: { title: string }[] }) => posts.map(({ title }) => title);

test('a large blog is searched month by month to its end', async () => {
  const first = await search.find(null, 'usual -nowhere');
  assert.deepEqual([first.total, first.atLeast], [36, false]);
  const second = await search.find(null, 'usual -nowhere', { cursor: first.next ?? '' });
  assert.deepEqual([...titles(first), ...titles(second)], all);
  assert.equal(second.next, undefined);
  assert.equal((await search.find(null, 'usual -rare')).total, 35);
  assert.equal((await search.find(null, 'in:title usual')).total, 0);
});

test('it finds hidden posts of a month that has no others, for those who may read them', async () => {
  await db.updateTable('users').set({ role: 'editor' }).where('id', '=', ada.id).execute();
  const editor = createVisitor(server.url);
  await editor.signIn(ada);
  const { text } = await editor.get('/search?q=usual+-nowhere');
  assert.match(text, /role="status">37 posts, newest first\./);
});

// PostgreSQL has a time limit instead.
if (!ON_POSTGRESQL) {
  test('a search that has spent enough shows what fills its page, and is refused otherwise', async () => {
    const found = await hasty.find(null, 'usual -nowhere');
    assert.deepEqual(titles(found), all.slice(0, 20));
    assert.deepEqual([found.total, found.atLeast], [25, true]);
    const best = await hasty.find(null, 'usual -nowhere', { best: true });
    assert.deepEqual([titles(best), best.ranked, best.atLeast], [all.slice(0, 20), false, true]);
    const refused = (error: unknown) =>
      error instanceof SearchRefused && error.reason === 'Too many matches: add a rarer word';
    const rest = hasty.find(null, 'usual -nowhere', { cursor: found.next ?? '' });
    await assert.rejects(rest, refused);
    await assert.rejects(hasty.find(null, '"usual usual"'), refused);
    assert.equal((await hasty.find(null, 'in:title usual')).total, 0, 'few titles have it');
    assert.deepEqual(titles(await hasty.find(null, 'usual rare -nowhere')), all.slice(-1));
  });
}
