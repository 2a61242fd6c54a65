import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';
import { startServer } from '../../support/server.ts';

const START = Date.parse('2027-03-01T12:00:00Z');
const MINUTE = 60_000;

/** A blog with a clock, and a draft that is saved minute by minute. */
async function begin() {
  const clock = { now: START };
  const server = await startServer({}, {}, { clock: () => clock.now });
  const client = createClient(server.url);
  const { token } = await client.person();
  const { db } = server.context;
  const revisions = async () => {
    const rows = db.selectFrom('revisions').select(['content', 'published', 'post_id']);
    return rows.orderBy('id').execute();
  };
  const kept = async () =>
    (await revisions()).filter(({ published }) => published === 0).map(({ content }) => content);
  const save = async (draft: Draft, content: string) => {
    const sent = { token, json: { content }, headers: ifMatch(draft) };
    const saved = await client.api<Draft>('PATCH', `/api/drafts/${draft.id}`, sent);
    assert.equal(saved.status, 200, saved.text);
    return saved.body;
  };
  const api = client.api;
  return { client, token, clock, revisions, kept, save, api, [Symbol.asyncDispose]: server.stop };
}

test('saves keep what a draft said before at most every ten minutes, and it comes with the post', async () => {
  await using blog = await begin();
  let draft = await newDraft(blog.client, blog.token, { title: 'T', content: 'at 0' });
  for (let minute = 1; minute <= 25; minute++) {
    blog.clock.now = START + minute * MINUTE;
    draft = await blog.save(draft, `at ${minute}`);
  }
  assert.deepEqual(await blog.kept(), ['at 9', 'at 19']);
  const path = `/api/drafts/${draft.id}/publish`;
  const { body } = await blog.api<{ id: number }>('POST', path, { token: blog.token });
  assert.deepEqual(
    (await blog.revisions()).map(({ post_id }) => post_id),
    [body.id, body.id, body.id],
  );
});

test('a clock that is set back an hour loses no text and keeps what was said', async () => {
  await using blog = await begin();
  const draft = await newDraft(blog.client, blog.token, { title: 'T', content: 'before' });
  blog.clock.now = START - 60 * MINUTE;
  const saved = await blog.save(draft, 'an hour ago');
  assert.deepEqual([saved.content, saved.version], ['an hour ago', 2]);
  assert.deepEqual(await blog.kept(), ['before']);
});

test('a deleted draft takes its revisions along, those of a post’s draft stay with the post', async () => {
  await using blog = await begin();
  const { token } = blog;
  const post = await blog.client.post(token, 'P', 'x');
  for (const given of [{ title: 'T' }, { post_id: post.id }]) {
    let draft = await newDraft(blog.client, token, { ...given, content: 'first' });
    blog.clock.now += 11 * MINUTE;
    draft = await blog.save(draft, 'second');
    assert.deepEqual(await blog.kept(), ['first']);
    await blog.api('DELETE', `/api/drafts/${draft.id}`, { token });
    assert.deepEqual(await blog.kept(), given.post_id === undefined ? [] : ['first']);
  }
});
