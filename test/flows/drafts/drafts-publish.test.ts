import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Page, Post } from '../../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';

const { client } = await openBlog();
const ann = await client.person('Ann');
const { token } = ann;

const read = (id: number) => client.api<Draft>('GET', `/api/drafts/${id}`, { token });
const postsTotal = async () => (await client.api<Page>('GET', '/api/posts')).body.total;

test('publishing makes a post once, and the draft is gone', async () => {
  const draft = await newDraft(client, token, { title: 'Out', content: 'now', format: 'markdown' });
  const before = await postsTotal();
  const path = `/api/drafts/${draft.id}/publish`;
  const answers = await Promise.all([1, 2, 3].map(() => client.api<Post>('POST', path, { token })));
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, 1);
  for (const { status, text } of answers) {
    if (status !== 201) assert.deepEqual([status, text], [404, '{"detail":"Draft not found"}']);
  }
  const post = made[0]?.body;
  assert.deepEqual(Object.keys(post ?? {}), [
    'title',
    'content',
    'id',
    'user_id',
    'date_posted',
    'author',
  ]);
  assert.deepEqual([post?.title, post?.content], ['Out', 'now']);
  assert.equal(await postsTotal(), before + 1);
  assert.equal((await read(draft.id)).status, 404);
  const rendered = await client.api('GET', `/api/posts/${post?.id}/rendered`);
  assert.equal(rendered.body['format'], 'markdown');
});

test('publishing a draft of a post changes the post, and answers 200', async () => {
  const post = await client.post(token, 'Old', 'old');
  const draft = await newDraft(client, token, { post_id: post.id, title: 'New' });
  const stale = await client.api('POST', `/api/drafts/${draft.id}/publish`, {
    token,
    headers: { 'if-match': '"9"' },
  });
  assert.equal(stale.status, 412);
  const path = `/api/drafts/${draft.id}/publish`;
  const answer = await client.api<Post>('POST', path, { token, headers: ifMatch(draft) });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { ...post, title: 'New' });
  assert.equal((await read(draft.id)).status, 404);
});

test('publishing what the post says already only removes the draft', async () => {
  const post = await client.post(token, 'Same', 'same');
  const draft = await newDraft(client, token, { post_id: post.id });
  const answer = await client.api<Post>('POST', `/api/drafts/${draft.id}/publish`, { token });
  assert.deepEqual([answer.status, answer.body], [200, post]);
  assert.equal((await read(draft.id)).status, 404);
});

test('a post that changed since its draft began is not replaced', async () => {
  const post = await client.post(token, 'Old', 'old');
  const draft = await newDraft(client, token, { post_id: post.id, title: 'Mine' });
  const json = { content: 'by the API' };
  await client.api('PATCH', `/api/posts/${post.id}`, { token, json });
  const refused = await client.api<{ detail: string; current: Post }>(
    'POST',
    `/api/drafts/${draft.id}/publish`,
    { token },
  );
  assert.equal(refused.status, 409);
  assert.deepEqual(Object.keys(refused.body), ['detail', 'current']);
  assert.deepEqual(refused.body.current, { ...post, ...json });
  assert.deepEqual((await read(draft.id)).body, draft);
});

test('a draft that no post may be is refused and kept', async () => {
  const draft = await newDraft(client, token, { title: 't'.repeat(101) });
  const path = `/api/drafts/${draft.id}/publish`;
  const refused = await client.api<{ detail: { type: string; loc: string[] }[] }>('POST', path, {
    token,
  });
  assert.equal(refused.status, 422);
  assert.deepEqual(
    refused.body.detail.map(({ type, loc }) => [type, ...loc]),
    [
      ['string_too_long', 'body', 'title'],
      ['string_too_short', 'body', 'content'],
    ],
  );
  assert.deepEqual((await read(draft.id)).body, draft);
});

test('the time of publishing can be set and taken back', async () => {
  const at = '2027-03-28T09:30:00+02:00';
  const draft = await newDraft(client, token, { title: 'Later', publish_at: at });
  assert.equal(draft.publish_at, '2027-03-28T07:30:00.000000Z');
  const path = `/api/drafts/${draft.id}`;
  const kept = await client.api<Draft>('PATCH', path, {
    token,
    json: { title: 'Still later' },
    headers: ifMatch(draft),
  });
  assert.equal(kept.body.publish_at, draft.publish_at);
  const cleared = await client.api<Draft>('PATCH', path, {
    token,
    json: { publish_at: null },
    headers: ifMatch(kept.body),
  });
  assert.deepEqual([cleared.body.publish_at, cleared.body.version], [null, 3]);
});
