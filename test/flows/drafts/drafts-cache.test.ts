import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const author = createVisitor(server.url);
await author.signIn(ann);

/** What cached answers depend on. */
async function versions() {
  const rows = await server.context.db.selectFrom('data_versions').selectAll().execute();
  const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    content: sum(rows.map(({ content }) => content)),
    access: sum(rows.map(({ access }) => access)),
  };
}

test('a save empties nothing that is cached; the first and the last draft of a person change only what they see', async () => {
  const before = await versions();
  const draft = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const begun = await versions();
  assert.deepEqual(begun, { content: before.content, access: before.access + 1 });
  const path = `/api/drafts/${draft.id}`;
  let current = draft;
  for (const content of ['a', 'ab', 'abc']) {
    const sent = { token: ann.token, json: { content }, headers: ifMatch(current) };
    current = (await client.api<Draft>('PATCH', path, sent)).body;
  }
  const page = { title: 'T', content: 'by the page', draft_version: String(current.version) };
  assert.equal((await author.post(`/drafts/${draft.id}`, { ...page, do: 'save' })).status, 303);
  await author.post(`/drafts/${draft.id}/share`);
  assert.deepEqual(await versions(), begun);
  await client.api('DELETE', path, { token: ann.token });
  assert.equal((await versions()).content, before.content);
});

test('the dot comes and goes with the drafts, on pages that were cached before', async () => {
  const dot = async () => (await author.get('/')).text.includes('class="dot"');
  assert.deepEqual([await dot(), await dot()], [false, false]);
  const draft = await newDraft(client, ann.token, { content: 'x' });
  assert.deepEqual([await dot(), await dot()], [true, true]);
  await client.api('DELETE', `/api/drafts/${draft.id}`, { token: ann.token });
  assert.equal(await dot(), false);
});
