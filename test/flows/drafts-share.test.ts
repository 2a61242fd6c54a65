import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import { type Draft, ifMatch, newDraft } from '../support/drafts.ts';
import { createVisitor, statusOf, titleOf, valuesOf } from '../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const author = createVisitor(server.url);
await author.signIn(ann);
const stranger = createVisitor(server.url);

/** Makes a link; returns its path. */
async function share({ id }: Draft): Promise<string> {
  const page = await author.post(`/drafts/${id}/share`);
  assert.equal(page.status, 200);
  return new URL(valuesOf(page)['link'] ?? '').pathname;
}

test('whoever has the link reads the draft as it is saved, and nothing may keep or pass it on', async () => {
  const draft = await newDraft(client, ann.token, {
    title: 'Soup',
    content: '*one*',
    format: 'markdown',
  });
  const path = await share(draft);
  assert.match(path, /^\/drafts\/shared\/[\w-]{22}$/);
  for (const reader of [stranger, author]) {
    const page = await reader.get(path);
    assert.equal(page.status, 200);
    assert.match(page.text, /draft by <bdi>Ann<\/bdi>.*<em>one<\/em>/s);
    assert.equal(titleOf(page), 'Masthead - Soup');
    assert.doesNotMatch(page.text, /<textarea|\/edit|name="do"/);
    assert.equal(page.headers.get('cache-control'), 'private, no-store');
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(page.headers.get('x-robots-tag'), 'noindex');
    assert.match(page.text, /<meta name="robots" content="noindex/);
    assert.equal(page.headers.get('set-cookie'), null);
  }
  const json = { content: '*two*' };
  const sent = { token: ann.token, json, headers: ifMatch(draft) };
  await client.api('PATCH', `/api/drafts/${draft.id}`, sent);
  assert.match((await stranger.get(path)).text, /<em>two<\/em>/);
  assert.equal((await stranger.get(`/drafts/${draft.id}`)).status, 303, 'only the link opens it');
});

test('the link is shown once, not stored, and ended by a new one or a button', async () => {
  const draft = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const first = await share(draft);
  const token = first.split('/').at(-1) ?? '';
  const rows = await server.context.db.selectFrom('drafts').selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(token));
  const page = await author.get(`/drafts/${draft.id}/share`);
  assert.match(page.text, /There is a link/);
  assert.ok(!page.text.includes(token));
  const second = await share(draft);
  assert.equal((await stranger.get(first)).status, 404);
  assert.equal((await stranger.get(second)).status, 200);
  const ended = await author.post(`/drafts/${draft.id}/share/end`);
  assert.equal(statusOf(await author.follow(ended)), 'The link has ended.');
  assert.equal((await stranger.get(second)).status, 404);
  assert.equal((await stranger.get('/drafts/shared/x')).status, 404);
});

test('sharing makes no other version of the draft', async () => {
  const draft = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  await share(draft);
  const now = await client.api<Draft>('GET', `/api/drafts/${draft.id}`, { token: ann.token });
  assert.deepEqual(now.body, draft);
});

test('after publishing the link leads to the post, and a deleted draft or post ends it', async () => {
  const draft = await newDraft(client, ann.token, { title: 'Out', content: 'x' });
  const path = await share(draft);
  const publish = `/api/drafts/${draft.id}/publish`;
  const { body } = await client.api<{ id: number }>('POST', publish, { token: ann.token });
  const led = await stranger.get(path);
  assert.deepEqual([led.status, led.location], [303, `/posts/${body.id}`]);
  assert.equal(led.headers.get('referrer-policy'), 'no-referrer');
  await client.api('DELETE', `/api/posts/${body.id}`, { token: ann.token });
  assert.equal((await stranger.get(path)).status, 404);
  const other = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const link = await share(other);
  await client.api('DELETE', `/api/drafts/${other.id}`, { token: ann.token });
  assert.equal((await stranger.get(link)).status, 404);
});

test('nobody shares somebody else’s draft', async () => {
  const draft = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const path = await share(draft);
  const bob = createVisitor(server.url);
  await bob.signIn(await client.person('Bob'));
  for (const url of [`/drafts/${draft.id}/share`, `/drafts/${draft.id}/share/end`]) {
    assert.equal((await bob.post(url)).status, 404);
  }
  assert.equal((await stranger.get(path)).status, 200);
});
