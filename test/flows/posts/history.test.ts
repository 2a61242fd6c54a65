import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openBlog } from '../../support/blog.ts';
import type { Answer, Post } from '../../support/client.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const { db } = server.context;
const ann = await client.person('Ann');
const writer = createVisitor(server.url);
await writer.signIn(ann);

const patch = (id: number, json: object) =>
  client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });
/** Newest first. */
async function idsOf(id: number): Promise<number[]> {
  const rows = db.selectFrom('revisions').select('id').where('post_id', '=', id);
  return (await rows.orderBy('id', 'desc').execute()).map((row) => row.id);
}
const read = async (id: number) => (await client.api<Post>('GET', `/api/posts/${id}`)).body;
/** Without markup. */
const textOf = ({ text }: Pick<Answer, 'text'>) =>
  text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

test('the history says when, by whom, and how many words were added and removed', async () => {
  const { id } = await client.post(ann.token, 'Soup', 'Cut the onions and fry them');
  assert.ok(!(await writer.get(`/posts/${id}`)).text.includes('/history'));
  await patch(id, { content: 'Cut three large onions and fry them' });
  const post = await writer.get(`/posts/${id}`);
  assert.ok(post.text.includes(`href="/posts/${id}/history">History</a>`));
  const list = textOf(await writer.get(`/posts/${id}/history`));
  assert.match(list, /UTC Published now, by Ann, 2 words added, 1 word removed/);
  assert.match(list, /UTC Published by Ann, 6 words added/);
  assert.match(list, /20 MB/);
  const anyone = await createVisitor(server.url).get(`/posts/${id}`);
  assert.ok(!anyone.text.includes('istory'));
  assert.match(anyone.text, /class="edited meta">edited <time/);
});

test('a revision shows what changed, with words for those who do not see the marks', async () => {
  const { id } = await client.post(ann.token, 'Old', 'Cut the <onions>');
  await patch(id, { title: 'New', content: 'Cut the <leeks>', format: 'markdown' });
  const [newest, first] = await idsOf(id);
  const { text } = await writer.get(`/posts/${id}/history/${newest}`);
  assert.match(text, /<del><span class="visually-hidden">\[removed: <\/span>Old</);
  assert.match(text, /<ins><span class="visually-hidden">\[added: <\/span>New</);
  assert.match(text, /Cut the &lt;<del><span[^>]*>\[removed: <\/span>onions</);
  assert.match(text, /in Markdown instead of as plain text/);
  assert.ok(text.includes(`href="/posts/${id}/history/${first}">Older text</a>`));
  assert.ok(!text.includes('Restore'), 'it is published now');
  const oldest = await writer.get(`/posts/${id}/history/${first}`);
  assert.ok(!oldest.text.includes('<ins>'));
  assert.ok(oldest.text.includes('Restore'));
});

test('what is too different is shown as it was and as it is', async () => {
  const [before, after] = ['abc ', 'xyz '].map((word) => word.repeat(60_000));
  const { id } = await client.post(ann.token, 'Huge', before);
  await patch(id, { content: after });
  const [newest] = await idsOf(id);
  const { status, text } = await writer.get(`/posts/${id}/history/${newest}`);
  assert.equal(status, 200);
  assert.match(text, /<h3>Before<\/h3>\s*<div class="source" dir="auto">abc abc/);
  assert.match(text, /<h3>After<\/h3>\s*<div class="source" dir="auto">xyz xyz/);
  assert.match(text, /first 200,000 of 240,000 characters/);
  assert.match(textOf(await writer.get(`/posts/${id}/history`)), /too many changes to count/);
});

test('an earlier text is restored as a new revision, without scripts', async () => {
  const { id } = await client.post(ann.token, 'First', 'one');
  await patch(id, { title: 'Second', content: 'two' });
  const first = (await idsOf(id)).at(-1);
  const restored = await writer.post(`/posts/${id}/history/${first}/restore`);
  assert.deepEqual([restored.status, restored.location], [303, `/posts/${id}?done=restored`]);
  assert.equal(statusOf(await writer.follow(restored)), 'The earlier text is published again.');
  const { title, content } = await read(id);
  assert.deepEqual([title, content], ['First', 'one']);
  assert.equal((await idsOf(id)).length, 3);
});

test('whatever texts follow each other: what is restored is read again exactly', async () => {
  const { id } = await client.post(ann.token);
  const text = fc.record({
    title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    content: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
    format: fc.constantFrom('text', 'markdown'),
  });
  const valid = text.filter(({ title, content }) => !(title + content).includes('\0'));
  await fc.assert(
    fc.asyncProperty(valid, valid, async (one, two) => {
      for (const json of [one, two]) assert.equal((await patch(id, json)).status, 200);
      const rows = db.selectFrom('revisions').selectAll().where('post_id', '=', id);
      const wanted = await rows
        .where('content', '=', one.content)
        .where('title', '=', one.title)
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow();
      const page = await writer.get(`/posts/${id}/history/${wanted.id}`);
      assert.equal(page.status, 200);
      const { status } = await writer.post(`/posts/${id}/history/${wanted.id}/restore`);
      assert.equal(status, 303);
      const { title, content } = await read(id);
      assert.deepEqual({ title, content }, { title: one.title, content: one.content });
    }),
    { numRuns: 25 },
  );
});

test('what a draft said is not restored where no post may say it, and the page says why', async () => {
  const { id } = await client.post(ann.token, 'Titled', 'one');
  const [published] = await idsOf(id);
  const draft = {
    post_id: id,
    user_id: ann.id,
    title: '',
    content: 'text',
    format: 'text' as const,
  };
  await db
    .insertInto('revisions')
    .values({ ...draft, published: 0, created_at: 1 })
    .execute();
  const [newest] = await idsOf(id);
  const list = textOf(await writer.get(`/posts/${id}/history`));
  assert.match(list, /Saved as a draft by Ann/);
  assert.match(list, /Published now, by Ann/);
  const refused = await writer.post(`/posts/${id}/history/${newest}/restore`);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /role="alert"[^>]*>The title: Please fill in this field\./);
  assert.deepEqual(await idsOf(id), [newest, published]);
});

test('nobody else sees a history, and a revision of another post is not found', async () => {
  const bob = await client.person('Bob');
  const other = createVisitor(server.url);
  await other.signIn(bob);
  const { id } = await client.post(ann.token);
  const { id: another } = await client.post(ann.token);
  const [revision] = await idsOf(another);
  const paths = ['history', `history/${(await idsOf(id))[0]}`].map(
    (path) => `/posts/${id}/${path}`,
  );
  for (const path of paths) {
    assert.equal((await other.get(path)).status, 403);
    assert.equal((await createVisitor(server.url).get(path)).status, 303);
  }
  const wrong = await writer.get(`/posts/${id}/history/${revision}`);
  assert.equal(wrong.status, 404);
  assert.match(wrong.text, /Revision not found/);
  assert.equal((await writer.post(`/posts/${id}/history/${revision}/restore`)).status, 404);
});

test('pages lead through a long history', async () => {
  const { id } = await client.post(ann.token, 'Long', 'text 0');
  for (let n = 1; n <= 25; n++) await patch(id, { content: `text ${n}` });
  const first = await writer.get(`/posts/${id}/history`);
  const older = /href="([^"]*cursor=\d+)" rel="next">Older</.exec(first.text)?.[1] ?? '';
  const second = await writer.get(older);
  const links = [first, second].map(({ text }) => [...text.matchAll(/<h2><a href=/g)].length);
  assert.deepEqual(links, [20, 6]);
  assert.ok(!second.text.includes('>Older<'));
  assert.ok(second.text.includes(`href="/posts/${id}/history">Newest</a>`));
});
