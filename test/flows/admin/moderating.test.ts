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

test('the log names a post by its title, for those who may read it', async () => {
  const { person: ada, browser: asAda } = of('Ada');
  const title = `The long ${'and winding '.repeat(7)}road`;
  const post = await client.post(ada.token, title);
  await hide(post.id, 'Too long');
  const entryOf = async (name: string) => {
    const { text } = await of(name).browser.get('/admin/log');
    return text.split('<li>').find((entry) => entry.includes('Too long')) ?? '';
  };
  const link = /<a href="\/posts\/\d+-the-long-[\w-]+" dir="auto">The long(?: and winding)+…<\/a>/;
  for (const name of ['Ada', 'Edgar']) assert.match(await entryOf(name), link, name);
  // Hidden from Bob, who may read the log.
  const forBob = await entryOf('Bob');
  assert.match(forBob, new RegExp(`post hidden.*, post ${post.id}<`));
  assert.doesNotMatch(forBob, /winding|href="\/posts/);
  await of('Edgar').browser.post(`/posts/${post.id}/moderate/restore`);
  assert.match(await entryOf('Bob'), link);
  await asAda.post(`/posts/${post.id}/delete`);
  assert.match(await entryOf('Edgar'), new RegExp(`, post ${post.id}<`));
});
