import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { renderMissingTexts } from '../../../src/posts/writing/texts.service.ts';
import { openBlog, type Someone } from '../../support/blog.ts';
import type { Page } from '../../support/client.ts';
import { verifyPostCounts } from '../../support/databases/post-counts.ts';
import { createVisitor, statusOf, summaryOf, valuesOf } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;

const people: Record<string, Someone> = {};
before(async () => {
  for (const [name, role] of [
    ['Ada', 'member'],
    ['Bob', 'member'],
    ['Edgar', 'editor'],
    ['Olga', 'owner'],
  ] as const) {
    people[name] = await someone(role, name);
  }
});
const of = (name: string) => people[name] as Someone;
const anyone = createVisitor(server.url);

async function hide(id: number, reason = 'It is advertising.'): Promise<void> {
  const answer = await of('Edgar').browser.post(`/posts/${id}/moderate/hide`, { reason });
  assert.equal(answer.status, 303, answer.text);
}
const logOf = (postId: number) =>
  db
    .selectFrom('moderation_log')
    .select(['action', 'actor_id', 'user_id', 'reason'])
    .where('post_id', '=', postId)
    .orderBy('id')
    .execute();

test('a hidden post is 404 to all but its author and editors, who see that it is hidden', async () => {
  const { person: ada } = of('Ada');
  const { id } = await client.post(ada.token, 'Cheap walnuts', 'Walnuts, cheap.');
  const paths = ['/api/posts', `/api/users/${ada.id}/posts`];
  const total = async (path: string, token?: string) =>
    (await client.api<Page>('GET', path, token === undefined ? {} : { token })).body.total;
  const [all, hers] = [await total('/api/posts'), await total(paths[1] ?? '')];
  await hide(id);

  for (const name of ['Ada', 'Edgar', 'Olga']) {
    const { person, browser } = of(name);
    const { token } = person;
    assert.equal((await client.api('GET', `/api/posts/${id}`, { token })).status, 200, name);
    assert.equal(await total('/api/posts', token), all);
    assert.equal(await total(`/api/users/${ada.id}/posts`, token), hers);
    for (const path of paths) {
      const { body } = await client.api<Page>('GET', path, { token });
      assert.ok(body.posts.some((post) => post.id === id));
    }
    const page = await browser.get(`/posts/${id}`);
    assert.equal(page.status, 200);
    assert.match(page.text, /Nobody can comment while the post is hidden/);
    assert.match(
      page.text,
      /<strong>Hidden\.<\/strong> Only .* see this post.*It is advertising\./s,
    );
    assert.match((await browser.get(`/users/${ada.id}/posts`)).text, /<strong>Hidden<\/strong>/);
    assert.match((await browser.get('/search?q=walnuts')).text, /Cheap <mark>walnuts/i);
  }
  const { token } = of('Bob').person;
  for (const sent of [{ token }, {}]) {
    for (const path of [`/api/posts/${id}`, `/api/posts/${id}/rendered`]) {
      assert.equal((await client.api('GET', path, sent)).status, 404);
    }
    assert.equal(await total('/api/posts', sent.token), all - 1);
    assert.equal(await total(`/api/users/${ada.id}/posts`, sent.token), hers - 1);
  }
  for (const browser of [of('Bob').browser, anyone]) {
    assert.equal((await browser.get(`/posts/${id}`)).status, 404);
    for (const path of ['/', `/users/${ada.id}/posts`, '/feed.atom', '/sitemap-1.xml']) {
      assert.doesNotMatch((await browser.get(path)).text, /walnuts/i, path);
    }
    assert.doesNotMatch((await browser.get('/search?q=walnuts')).text, /Cheap/);
  }
  await verifyPostCounts(db);

  const back = await of('Edgar').browser.post(`/posts/${id}/moderate/restore`, {});
  assert.equal(statusOf(await of('Edgar').browser.follow(back)), 'The post is shown again.');
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
  assert.match((await anyone.get('/search?q=walnuts')).text, /Cheap <mark>walnuts/i);
  assert.deepEqual(
    (await logOf(id)).map(({ action, reason }) => [action, reason]),
    [
      ['post hidden', 'It is advertising.'],
      ['post restored', ''],
    ],
  );
  await verifyPostCounts(db);
});

test('neither an edit nor unpublishing by its author shows a hidden post again', async () => {
  const { person, browser } = of('Ada');
  const { token } = person;
  const { id } = await client.post(token, 'Still hidden', 'One');
  await hide(id);
  for (const method of ['PATCH', 'PUT'] as const) {
    const json = { title: 'Still hidden', content: method };
    assert.equal((await client.api(method, `/api/posts/${id}`, { token, json })).status, 200);
    assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 404);
  }
  const form = valuesOf(await browser.get(`/posts/${id}/edit`));
  await browser.post(`/posts/${id}/edit`, { ...form, content: 'By the page', do: 'publish' });
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 404);
  const own = await client.api<{ content: string }>('GET', `/api/posts/${id}`, { token });
  assert.equal(own.body.content, 'By the page');
  const unpublished = await browser.post(`/posts/${id}/unpublish`, {});
  assert.equal(unpublished.status, 409);
  assert.doesNotMatch((await browser.get(`/posts/${id}`)).text, /Unpublish/);
  await renderMissingTexts(server.context, new AbortController().signal);
  assert.doesNotMatch((await anyone.get('/search?q=hidden')).text, /Still/);
  assert.equal((await client.api('DELETE', `/api/posts/${id}`, { token })).status, 204);
  await verifyPostCounts(db);
});

test('hiding while its author edits the post hides it, and loses no edit', async () => {
  const { token } = of('Ada').person;
  for (let turn = 0; turn < 5; turn++) {
    const { id } = await client.post(token, 'At once', 'Before');
    const json = { content: 'After' };
    const [edit] = await Promise.all([
      client.api('PATCH', `/api/posts/${id}`, { token, json }),
      hide(id),
    ]);
    assert.equal(edit.status, 200);
    const post = await db
      .selectFrom('posts')
      .select(['state', 'content'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual({ ...post }, { state: 'hidden', content: 'After' });
  }
});

test('no role changes the post of somebody else by the API, also when it is hidden', async () => {
  const { id } = await client.post(of('Ada').person.token, 'Hers', 'Text');
  for (const hidden of [false, true]) {
    if (hidden) await hide(id);
    for (const name of ['Edgar', 'Olga']) {
      const { token } = of(name).person;
      const json = { title: 'Mine', content: 'now' };
      for (const [method, sent] of [
        ['PUT', { json }],
        ['PATCH', { json }],
        ['DELETE', {}],
      ] as const) {
        const answer = await client.api(method, `/api/posts/${id}`, { token, ...sent });
        assert.equal(answer.status, 403, `${method} as ${name}`);
      }
      const revisions = await client.api('GET', `/api/posts/${id}/revisions`, { token });
      assert.equal(revisions.status, 403);
    }
  }
});

test('an editor corrects a post, the history says so and names nobody once the editor is gone', async () => {
  const { person: ada } = of('Ada');
  const { person: eve, browser } = await someone('editor', 'Eve');
  const { id } = await client.post(ada.token, 'A recipie', 'With *flower*.');
  await browser.get(`/posts/${id}/correct`);
  const form = valuesOf(await browser.get(`/posts/${id}/correct`));
  const change = { title: 'A recipe', content: 'With *flour*.', reason: 'Spelling' };
  const saved = await browser.post(`/posts/${id}/correct`, { ...form, ...change });
  assert.equal(statusOf(await browser.follow(saved)), 'The correction is published.');
  const post = await client.api<{ title: string; user_id: number }>('GET', `/api/posts/${id}`);
  assert.deepEqual([post.body.title, post.body.user_id], ['A recipe', ada.id]);
  assert.match((await of('Ada').browser.get(`/posts/${id}/history`)).text, /by <bdi>Eve<\/bdi>/);
  assert.deepEqual(
    (await logOf(id)).map(({ action, actor_id, user_id, reason }) => [
      action,
      actor_id,
      user_id,
      reason,
    ]),
    [['post corrected', eve.id, ada.id, 'Spelling']],
  );

  // The form was open while somebody else changed the post.
  const json = { content: 'With spelt.' };
  await client.api('PATCH', `/api/posts/${id}`, { token: ada.token, json });
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
  const history = await of('Ada').browser.get(`/posts/${id}/history`);
  assert.match(history.text, /by <bdi>a deleted account<\/bdi>/);
  const { body } = await client.api<{ revisions: { user_id: number | null }[] }>(
    'GET',
    `/api/posts/${id}/revisions`,
    { token: ada.token },
  );
  assert.deepEqual(
    body.revisions.map(({ user_id }) => user_id),
    [null, ada.id, null, ada.id],
  );
});

test('editors see the texts of a post that were published, and none of its drafts', async () => {
  const { person, browser } = of('Ada');
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
    const answer = await of('Edgar').browser.get(path ?? '');
    if (answer.status === 200) seen.push(path);
    assert.doesNotMatch(answer.text, /Not for you/);
  }
  const shown = (await of('Edgar').browser.get(`/posts/${id}/history`)).text;
  assert.ok(seen.length >= 2 && seen.every((path) => shown.includes(`"${path}"`)));
  assert.equal((await of('Bob').browser.get(`/posts/${id}/history`)).status, 403);
});

test('a demoted editor’s open forms do nothing, and show what was typed', async () => {
  const { person, browser } = await someone('editor', 'Emil');
  const { id } = await client.post(of('Ada').person.token, 'A title', 'Some text');
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
  const suspend = await browser.post(`/admin/people/${of('Bob').person.id}/suspend`, typed);
  assert.equal(suspend.status, 403);
  assert.match(suspend.text, /A long reason/);
  const post = await client.api<{ content: string }>('GET', `/api/posts/${id}`);
  assert.equal(post.body.content, 'Some text');
});

test('an editor deletes a post for a reason, once asked', async () => {
  const { browser } = of('Edgar');
  const { id } = await client.post(of('Ada').person.token, 'Away with it', 'Text');
  assert.match((await browser.get(`/posts/${id}/moderate/delete`)).text, /gone for good/);
  const without = await browser.post(`/posts/${id}/moderate/delete`, {});
  assert.equal(without.status, 422);
  const gone = await browser.post(`/posts/${id}/moderate/delete`, { reason: 'Spam' });
  assert.equal(statusOf(await browser.follow(gone)), 'Post deleted successfully!');
  assert.equal((await browser.get(`/posts/${id}`)).status, 404);
  assert.match((await browser.get('/admin/log')).text, /post deleted.*Spam/s);
  const again = await browser.post(`/posts/${id}/moderate/hide`, { reason: 'Spam' });
  assert.equal(again.status, 404);
  const twice = await client.post(of('Ada').person.token);
  await hide(twice.id);
  const late = await browser.post(`/posts/${twice.id}/moderate/hide`, { reason: 'Late' });
  assert.deepEqual([late.status, summaryOf(late)], [400, 'This post is already hidden.']);
});
