import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { renderMissingTexts } from '../../../src/posts/writing/texts.service.ts';
import { unpublishPost } from '../../../src/posts/unpublish/unpublish.service.ts';
import { getOwnPostFor } from '../../../src/posts/posts.service.ts';
import { changePost } from '../../../src/posts/writing/writing.service.ts';
import { openBlog } from '../../support/blog.ts';
import { indexedPosts, indexOf } from '../../support/databases/post-index.ts';

const { server, client } = await openBlog();
const { db } = server.context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const rowOf = (id: number) =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const never = new AbortController().signal;

test('what is not published is not in the index, whoever ends it', async () => {
  const kept = await client.post(ann.token, 'Kept', 'A text');
  const gone = await client.post(ann.token, 'Gone', 'A text');
  const hidden = await client.post(ann.token, 'Hidden', 'A text');
  const byHand = await client.post(ann.token, 'By hand', 'A text');
  const bobs = await client.post(bob.token, 'Of Bob', 'A text');
  assert.deepEqual(
    await indexedPosts(db),
    [kept, gone, hidden, byHand, bobs].map(({ id }) => id),
  );

  await client.api('DELETE', `/api/posts/${gone.id}`, { token: ann.token });
  await unpublishPost(server.context, await rowOf(ann.id), hidden.id, async () => {});
  await sql`delete from posts where id = ${byHand.id}`.execute(db);
  await client.api('DELETE', `/api/users/${bob.id}`, { token: bob.token });
  assert.deepEqual(await indexedPosts(db), [kept.id]);

  await sql`update post_texts set renderer = 0`.execute(db);
  assert.equal(await renderMissingTexts(server.context, never), 2);
  assert.deepEqual(await indexedPosts(db), [kept.id], 'rendering it again does not publish it');

  const author = await rowOf(ann.id);
  const find = () => getOwnPostFor(server.context, author, hidden.id, 'update');
  await changePost(server.context, author, find, { given: { title: 'Back' } });
  assert.deepEqual(await indexedPosts(db), [kept.id, hidden.id]);
});

test('the index is built again as it was, from texts or without them', async () => {
  const changed = await client.post(
    ann.token,
    'Soupe à l’oignon',
    'Straße und クラブ活動, '.repeat(900),
  );
  await client.api('PATCH', `/api/posts/${changed.id}`, {
    token: ann.token,
    json: { content: 'Another *text* of [words](https://example.com)', format: 'markdown' },
  });
  const before = await indexOf(db);
  assert.ok(before.length > 2);

  await sql`delete from post_index`.execute(db);
  await sql`update post_texts set indexed = 0`.execute(db);
  assert.deepEqual(await indexOf(db), []);
  assert.equal(await renderMissingTexts(server.context, never), 3);
  assert.deepEqual(await indexOf(db), before);

  await sql`delete from post_texts`.execute(db);
  await renderMissingTexts(server.context, never);
  assert.deepEqual(await indexOf(db), before);
  assert.equal(await renderMissingTexts(server.context, never), 0);
});
