import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putRendered } from '../../../src/comments/rendered/rendered.store.ts';
import { renderOutdatedComments } from '../../../src/comments/rendered/rendered.service.ts';
import { RENDERER } from '../../../src/text/rendered.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor } from '../../support/visitor.ts';
import { type Comment, commentsOn, newComment } from '../../support/comments.ts';

const { server, client } = await openBlog({});
const { db } = server.context;
const never = new AbortController().signal;
const ann = await client.person('Ann & Co');
const bob = await client.person('Bob');

/** Makes it one that an earlier program has rendered, with the same mentions. */
const makeEarlier = ({ id, html }: Comment, renderer = 0) =>
  db
    .updateTable('comments')
    .set({ html: `<p>earlier</p>${html}`, renderer })
    .where('id', '=', id)
    .execute();

const stored = async (id: number) => {
  const comments = db.selectFrom('comments').select(['html', 'renderer']);
  return { ...(await comments.where('id', '=', id).executeTakeFirstOrThrow()) };
};

test('a comment of an earlier renderer is rendered again when it is read', async () => {
  const post = await client.post(ann.token);
  const [comment, reply] = [
    await newComment(client, bob.token, post.id, { content: '**New** @"Ann & Co"' }),
    await newComment(client, bob.token, post.id, { content: '*Other*' }),
  ];
  await makeEarlier(comment);
  await makeEarlier(reply, RENDERER - 1);
  assert.deepEqual(
    (await commentsOn(client, post.id)).map(({ html }) => html),
    [comment.html, reply.html],
  );
  const page = await createVisitor(server.url).get(`/posts/${post.id}`);
  assert.match(page.text, /<em>Other<\/em>/);
  assert.doesNotMatch(page.text, /earlier/);
});

test('they are rendered again in the background, once', async () => {
  await renderOutdatedComments(server.context, never);
  const post = await client.post(ann.token);
  const made: Comment[] = [];
  for (let n = 0; n < 25; n++) {
    made.push(await newComment(client, ann.token, post.id, { content: `*${n}*` }));
  }
  for (const comment of made) await makeEarlier(comment);
  assert.equal(await renderOutdatedComments(server.context, never), 25);
  for (const { id, html } of made) assert.deepEqual(await stored(id), { html, renderer: RENDERER });
  assert.equal(await renderOutdatedComments(server.context, never), 0);
});

test('it mentions those whom it mentioned before, and nobody else', async () => {
  const post = await client.post(ann.token);
  const comment = await newComment(client, bob.token, post.id, { content: '@"Ann & Co" @Late' });
  await makeEarlier(comment);
  await client.person('Late');
  const patch = { token: ann.token, json: { username: 'Anna' } };
  assert.equal((await client.api('PATCH', `/api/users/${ann.id}`, patch)).status, 200);
  await renderOutdatedComments(server.context, never);
  assert.equal((await stored(comment.id)).html, comment.html);
  assert.match(comment.html, new RegExp(`/users/${ann.id}/posts">@<bdi>Ann &amp; Co<`));
});

test('a comment that changes meanwhile keeps its new text', async () => {
  const post = await client.post(ann.token);
  const comment = await newComment(client, bob.token, post.id, { content: 'Old' });
  const change = { token: bob.token, json: { content: 'New' } };
  const answer = await client.api('PATCH', `/api/comments/${comment.id}`, change);
  assert.equal(answer.status, 200, answer.text);
  await db.transaction().execute((trx) => putRendered(trx, { ...comment, renderer: RENDERER }));
  assert.equal((await stored(comment.id)).html, '<p dir="auto">New</p>');
});
