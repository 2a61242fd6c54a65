import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Answer } from '../../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const { db } = server.context;
const ann = await client.person('Ann');
const writer = createVisitor(server.url);
await writer.signIn(ann);

/** Without markup. */
const textOf = ({ text }: Pick<Answer, 'text'>) =>
  text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
/** A draft that said these texts, and the ids of its revisions, newest first. */
async function draftOf(...contents: string[]): Promise<{ id: number; revisions: number[] }> {
  const [first = '', ...others] = contents;
  const { id } = await newDraft(client, ann.token, { title: 'Soup', content: first });
  for (const content of others) await save(id, { content });
  return { id, revisions: await revisionsOf(id) };
}
/** More than ten minutes after the last save, so that what it said before is kept. */
async function save(id: number, json: object): Promise<void> {
  await db.updateTable('drafts').set({ created_at: 0 }).where('id', '=', id).execute();
  await db.updateTable('revisions').set({ created_at: 0 }).where('draft_id', '=', id).execute();
  const sent = { token: ann.token, json, headers: { 'if-match': '*' } };
  assert.equal((await client.api('PATCH', `/api/drafts/${id}`, sent)).status, 200);
}
async function revisionsOf(id: number): Promise<number[]> {
  const rows = db.selectFrom('revisions').select('id').where('draft_id', '=', id);
  return (await rows.orderBy('id', 'desc').execute()).map((row) => row.id);
}
const read = async (id: number) =>
  (await client.api<Draft>('GET', `/api/drafts/${id}`, { token: ann.token })).body;

test('the history of a new draft says what it says now, and what it said before', async () => {
  const { id, revisions } = await draftOf('One', 'One two', 'One three four');
  const page = await writer.get(`/drafts/${id}/history`);
  assert.equal(page.status, 200);
  const list = textOf(page);
  assert.match(list, /History of Soup/);
  assert.match(list, /UTC What the draft says now, 2 words added, 1 word removed/);
  assert.equal(list.split('Saved as a draft by Ann, 1 word added').length, 3);
  const linked = [...page.text.matchAll(/<h2><a href="([^"]+)"/g)].map(([, address]) => address);
  const at = `/drafts/${id}/history`;
  assert.deepEqual(linked, [`/drafts/${id}`, ...revisions.map((one) => `${at}/${one}`)]);
  const [newest, first] = revisions;
  const change = await writer.get(`${at}/${newest}`);
  assert.match(change.text, /<ins>[^]*two/);
  assert.ok(change.text.includes(`href="${at}/${first}">Older text</a>`));
});

test('the list of drafts and the draft lead to its history, also before there is one', async () => {
  const { id } = await draftOf('Only begun');
  for (const from of ['/drafts', `/drafts/${id}`]) {
    assert.ok((await writer.get(from)).text.includes(`href="/drafts/${id}/history"`), from);
  }
  assert.match(textOf(await writer.get(`/drafts/${id}/history`)), /No earlier texts of this draft/);
});

test('an earlier text is restored into the draft, and what it said is kept', async () => {
  const { id, revisions } = await draftOf('One', 'Two');
  const restored = await writer.post(`/drafts/${id}/history/${revisions[0]}/restore`);
  assert.deepEqual(
    [restored.status, restored.location],
    [303, `/drafts/${id}?done=draft-restored`],
  );
  assert.equal(statusOf(await writer.follow(restored)), 'The draft has the earlier text again.');
  assert.equal((await read(id)).content, 'One');
  const [newest] = await revisionsOf(id);
  const page = await writer.get(`/drafts/${id}/history/${newest}`);
  assert.match(textOf(page), /Two/);
});

test('another tab that saves after a restore is told of it', async () => {
  const { id, revisions } = await draftOf('One', 'Two');
  const before = await read(id);
  await writer.post(`/drafts/${id}/history/${revisions[0]}/restore`);
  const sent = { token: ann.token, json: { content: 'Three' }, headers: ifMatch(before) };
  assert.equal((await client.api('PATCH', `/api/drafts/${id}`, sent)).status, 412);
});

test('a draft of a post, and one that was published, lead to the history of the post', async () => {
  const post = await client.post(ann.token);
  const ofPost = await newDraft(client, ann.token, { post_id: post.id });
  const seen = await writer.get(`/drafts/${ofPost.id}/history`);
  assert.deepEqual([seen.status, seen.location], [303, `/posts/${post.id}/history`]);
  const { id, revisions } = await draftOf('One', 'Two');
  const published = await client.api<{ id: number }>('POST', `/api/drafts/${id}/publish`, {
    token: ann.token,
    headers: { 'if-match': '*' },
  });
  const history = `/posts/${published.body.id}/history`;
  for (const path of ['history', `history/${revisions[0]}`]) {
    const { status, location } = await writer.get(`/drafts/${id}/${path}`);
    assert.deepEqual([status, location], [303, history]);
  }
  const kept = await writer.get(`${history}/${revisions[0]}`);
  assert.equal(kept.status, 200);
});

test('nobody else sees a history of a draft, and a revision of another draft is not found', async () => {
  const { id, revisions } = await draftOf('One', 'Two');
  const another = await draftOf('Three', 'Four');
  const other = createVisitor(server.url);
  await other.signIn(await client.person('Bob'));
  for (const path of [`history`, `history/${revisions[0]}`]) {
    assert.equal((await other.get(`/drafts/${id}/${path}`)).status, 404);
    assert.equal((await createVisitor(server.url).get(`/drafts/${id}/${path}`)).status, 303);
  }
  const wrong = `/drafts/${another.id}/history/${revisions[0]}`;
  const missing = await writer.get(wrong);
  assert.equal(missing.status, 404);
  assert.match(missing.text, /Revision not found/);
  assert.equal((await writer.post(`${wrong}/restore`)).status, 404);
  assert.equal((await read(another.id)).content, 'Four');
});
