import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { statusOf, valuesOf } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;
const ada = await someone('member', 'Ada');
const bob = await someone('member', 'Bob');
const edgar = await someone('editor', 'Edgar');

const logOf = (postId: number) =>
  db
    .selectFrom('moderation_log')
    .select(['action', 'actor_id', 'user_id', 'reason'])
    .where('post_id', '=', postId)
    .orderBy('id')
    .execute();

test('an editor corrects a post, the history says so and names nobody once the editor is gone', async () => {
  const { person: eve, browser } = await someone('editor', 'Eve');
  const { id } = await client.post(ada.person.token, 'A recipie', 'With *flower*.');
  await browser.get(`/posts/${id}/correct`);
  const form = valuesOf(await browser.get(`/posts/${id}/correct`));
  const change = { title: 'A recipe', content: 'With *flour*.', reason: 'Spelling' };
  const saved = await browser.post(`/posts/${id}/correct`, { ...form, ...change });
  assert.equal(statusOf(await browser.follow(saved)), 'The correction is published.');
  const post = await client.api<{ title: string; user_id: number }>('GET', `/api/posts/${id}`);
  assert.deepEqual([post.body.title, post.body.user_id], ['A recipe', ada.person.id]);
  assert.match((await ada.browser.get(`/posts/${id}/history`)).text, /by <bdi>Eve<\/bdi>/);
  assert.deepEqual(
    (await logOf(id)).map(({ action, actor_id, user_id, reason }) => [
      action,
      actor_id,
      user_id,
      reason,
    ]),
    [['post corrected', eve.id, ada.person.id, 'Spelling']],
  );

  // The form was open while somebody else changed the post.
  const json = { content: 'With spelt.' };
  await client.api('PATCH', `/api/posts/${id}`, { token: ada.person.token, json });
  const met = await browser.post(`/posts/${id}/correct`, { ...form, ...change, content: 'Mine' });
  assert.equal(met.status, 409);
  assert.match(met.text, /The post as it is now.*With spelt\./s);
  assert.equal(valuesOf(met)['content'], 'Mine');
  const again = await browser.post(`/posts/${id}/correct`, {
    ...change,
    version: valuesOf(met)['version'] ?? '',
  });
  assert.equal(again.status, 303);

  const gone = await client.api('DELETE', `/api/users/${eve.id}`, { token: eve.token });
  assert.equal(gone.status, 204);
  const history = await ada.browser.get(`/posts/${id}/history`);
  assert.match(history.text, /by <bdi>a deleted account<\/bdi>/);
  const { body } = await client.api<{ revisions: { user_id: number | null }[] }>(
    'GET',
    `/api/posts/${id}/revisions`,
    { token: ada.person.token },
  );
  assert.deepEqual(
    body.revisions.map(({ user_id }) => user_id),
    [null, ada.person.id, null, ada.person.id],
  );
});

test('editors see the texts of a post that were published, and none of its drafts', async () => {
  const { person, browser } = ada;
  const { id } = await client.post(person.token, 'Secret thoughts', 'Public');
  const form = valuesOf(await browser.get(`/posts/${id}/edit`));
  const keep = { ...form, content: 'Not for you', do: 'save' };
  const [draft] = [await browser.post(`/posts/${id}/edit`, keep)];
  await browser.post(draft.location ?? '', {
    ...valuesOf(await browser.follow(draft)),
    content: 'Done',
    do: 'publish',
  });
  const own = await browser.get(`/posts/${id}/history`);
  const links = [...own.text.matchAll(/href="(\/posts\/\d+\/history\/\d+)"/g)].map(
    ([, path]) => path,
  );
  const seen: (string | undefined)[] = [];
  for (const path of links) {
    const answer = await edgar.browser.get(path ?? '');
    if (answer.status === 200) seen.push(path);
    assert.doesNotMatch(answer.text, /Not for you/);
  }
  const shown = (await edgar.browser.get(`/posts/${id}/history`)).text;
  assert.ok(seen.length >= 2 && seen.every((path) => shown.includes(`"${path}"`)));
  assert.equal((await bob.browser.get(`/posts/${id}/history`)).status, 403);
});

test('a demoted editor’s open forms do nothing, and show what was typed', async () => {
  const { person, browser } = await someone('editor', 'Emil');
  const { id } = await client.post(ada.person.token, 'A title', 'Some text');
  const form = valuesOf(await browser.get(`/posts/${id}/correct`));
  await db.updateTable('users').set({ role: 'member' }).where('id', '=', person.id).execute();
  const typed: Record<string, string> = {
    ...(form as object),
    content: 'Much that was typed',
    reason: 'A long reason',
  };
  for (const path of ['correct', 'moderate/hide', 'moderate/delete']) {
    const refused = await browser.post(`/posts/${id}/${path}`, typed);
    assert.equal(refused.status, 403, path);
    assert.match(refused.text, /What you wrote is not saved.*Much that was typed.*A long reason/s);
  }
  const suspend = await browser.post(`/admin/people/${bob.person.id}/suspend`, typed);
  assert.equal(suspend.status, 403);
  assert.match(suspend.text, /A long reason/);
  const post = await client.api<{ content: string }>('GET', `/api/posts/${id}`);
  assert.equal(post.body.content, 'Some text');
});
