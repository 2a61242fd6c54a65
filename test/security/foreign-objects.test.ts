import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestPublished } from '../../src/posts/history/revisions.service.ts';
import { openBlog } from '../support/blog.ts';
import { newComment } from '../support/comments.ts';
import {
  giveDraft,
  giveDraftRevision,
  giveNotice,
  givePostPicture,
  rowsOf,
  SECRET_KEY,
  someone,
} from './people.ts';

// every-route.test.ts asks for another's object by its own address. Here it is named below, or in a field of, one's own.

const { server, client } = await openBlog({ SECRET_KEY });
const { context } = server;
const ann = await someone(server, client);
const mallory = await someone(server, client);

const api = (method: string, path: string, json?: object) =>
  client.api(method, path, { token: mallory.token, json });
const form = (path: string, fields: Record<string, string> = {}) =>
  mallory.browser.post(path, fields);

/** A post that was changed once, and the text it had before. */
async function changedPost({ token }: { token: string }, content: string) {
  const { id } = await client.post(token, 'A title', content);
  const revision = (await newestPublished(context.db, id)) ?? 0;
  await client.api('PATCH', `/api/posts/${id}`, { token, json: { content: 'Another text' } });
  return { id, revision };
}

test('a text of another’s history is neither shown nor restored below one’s own', async () => {
  const theirs = await changedPost(ann, 'Zanzibar');
  const mine = await changedPost(mallory, 'Mine');
  const theirDraft = await giveDraft(context, ann);
  const myDraft = await giveDraft(context, mallory);
  const theirText = await giveDraftRevision(context, ann, theirDraft);
  for (const path of [
    `/posts/${mine.id}/history/${theirs.revision}`,
    `/posts/${mine.id}/history/${theirText}`,
    `/drafts/${myDraft}/history/${theirText}`,
    `/drafts/${myDraft}/history/${theirs.revision}`,
  ]) {
    assert.equal((await mallory.browser.get(path)).status, 404, path);
    assert.equal((await form(`${path}/restore`)).status, 404, path);
  }
  const own = await mallory.browser.get(`/posts/${mine.id}/history/${mine.revision}`);
  assert.equal(own.status, 200);
});

test('a draft, a comment, a notice or a picture of another cannot be named in a field', async () => {
  const { id: theirs } = await client.post(ann.token, 'By Ann', 'Text');
  const { id: mine } = await client.post(mallory.token, 'By Mallory', 'Text');
  const comment = await newComment(client, ann.token, theirs, { content: 'By Ann' });
  const draft = await giveDraft(context, ann);
  const notice = await giveNotice(context, ann, theirs);
  const before = await rowsOf(context, ann.id);

  assert.equal((await api('POST', '/api/drafts', { post_id: theirs, title: 'x' })).status, 403);
  const reply = { content: 'x', parent_id: comment.id };
  assert.equal((await api('POST', `/api/posts/${mine}/comments`, reply)).status, 422);
  const answering = { content: 'x', parent_id: String(comment.id) };
  assert.equal((await form(`/posts/${mine}/comments`, answering)).status, 422);
  for (const name of ['draft', 'draft_id', 'id', 'post_id']) {
    const fields = { title: 'x', content: 'x', [name]: String(draft), draft_version: '1' };
    await form('/posts/new', { ...fields, user_id: String(ann.id) });
    await form(`/posts/${mine}/edit`, { ...fields, version: '1' });
  }
  assert.equal((await form(`/notices/${notice}/open`)).status, 404);
  await form('/notices/read', { id: String(notice), user_id: String(ann.id) });
  assert.equal(await rowsOf(context, ann.id), before);
});

test('a picture of another is shown by no text, and no text opens its files', async () => {
  const picture = await givePostPicture(context, ann);
  const content = `![It](/pictures/${picture})`;
  const text = { title: 'x', content, format: 'markdown' };
  const { body: post } = await api('POST', '/api/posts', text);
  const rendered = await api('GET', `/api/posts/${String(post['id'])}/rendered`);
  assert.doesNotMatch(String(rendered.body['html']), /<img/);
  const preview = await mallory.browser.post('/posts/preview', text, {
    accept: 'application/json',
  });
  assert.equal(preview.status, 200);
  assert.doesNotMatch(preview.text, /<img/);
  const { body: draft } = await api('POST', '/api/drafts', text);
  const share = await form(`/drafts/${String(draft['id'])}/share`);
  const [shared = ''] = /\/drafts\/shared\/[\w-]+/.exec(share.text) ?? [];
  const page = await mallory.browser.get(shared);
  assert.deepEqual([page.status, /<img[^>]*post_/.test(page.text)], [200, false]);
  assert.equal((await mallory.browser.get(`/pictures/${picture}`)).status, 404);
  // Revisions count every picture that they name, and show none by it.
  const uses = await context.db
    .selectFrom('picture_uses')
    .select('id')
    .where('picture_id', '=', picture)
    .where('revision_id', 'is', null)
    .execute();
  assert.deepEqual(uses, []);
});
