import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';
import { photo } from '../../support/pictures.ts';
import { createVisitor, statusOf, titleOf, valuesOf } from '../../support/visitor.ts';

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

describe('pictures of a shared draft', () => {
  const add = async (person = ann) => (await addPicture(client, person, await photo())).id;
  const draftWith = (...ids: number[]) =>
    newDraft(client, ann.token, {
      title: 'T',
      content: ids.map((id) => `![](/pictures/${id})`).join(' '),
      format: 'markdown',
    });
  const signedIn = async (path: string) => {
    const { text } = await stranger.get(path);
    return [...new Set(text.match(/\/media\/post_\w+\/[0-9a-f]{32}\.\w+\?d=[\w.-]+/g))];
  };
  const statusesOf = (paths: string[]) =>
    Promise.all(paths.map(async (path) => (await stranger.get(path)).status));

  test('are signed for those who have the link, until it ends', async () => {
    const draft = await draftWith(await add());
    const path = await share(draft);
    const files = await signedIn(path);
    assert.equal(files.length, 4, 'the JPEG, the largest, and those between');
    assert.deepEqual(await statusesOf(files), [200, 200, 200, 200]);
    const [file = ''] = files;
    const answer = await stranger.get(file);
    assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
    const etag = answer.headers.get('etag') ?? '';
    assert.equal((await stranger.get(file, { 'if-none-match': etag })).status, 304);
    const bare = file.replace(/\?.*/, '');
    const others = [bare, `${bare}?d=`, `${bare}?d=x`, `${file}x`, `${file}&d=1`];
    assert.deepEqual(new Set(await statusesOf(others)), new Set([404]));
    // Another link makes other signatures.
    const again = await signedIn(await share(draft));
    assert.deepEqual(
      await statusesOf([...files, ...again]),
      [404, 404, 404, 404, 200, 200, 200, 200],
    );
    await author.post(`/drafts/${draft.id}/share/end`);
    assert.equal((await stranger.get(again[0] ?? '', { 'if-none-match': etag })).status, 404);
  });

  test('end with their use, and no signature opens another picture', async () => {
    const draft = await draftWith(await add(), await add());
    const files = await signedIn(await share(draft));
    const [file = '', ...others] = files;
    const [, d = ''] = file.split('?');
    const other = others.find((one) => one.slice(-43) !== file.slice(-43)) ?? '';
    assert.notEqual(other, '');
    assert.equal((await stranger.get(other.replace(/\?.*/, `?${d}`))).status, 404);
    assert.equal((await stranger.get(file)).status, 200);
    const sent = { token: ann.token, json: { content: 'none' }, headers: ifMatch(draft) };
    await client.api('PATCH', `/api/drafts/${draft.id}`, sent);
    assert.equal((await stranger.get(file)).status, 404);
  });

  test('somebody else’s are not shown', async () => {
    const bob = await client.person();
    const draft = await draftWith(await add(bob));
    assert.deepEqual(await signedIn(await share(draft)), []);
  });

  test('are shown in a blog for members, too, whose other pictures are not', async () => {
    const id = await add();
    const files = await signedIn(await share(await draftWith(id)));
    const json = { title: 'Public', content: `![](/pictures/${id})`, format: 'markdown' };
    await client.api('POST', '/api/posts', { token: ann.token, json });
    await changeSetting(server.context, 'readers', 'members');
    try {
      const [file = ''] = files;
      assert.equal((await stranger.get(file)).status, 200);
      assert.equal((await stranger.get(file.replace(/\?.*/, ''))).status, 404);
      assert.equal((await stranger.get(`${file.replace(/\?.*/, '')}?d=1.x`)).status, 404);
    } finally {
      await changeSetting(server.context, 'readers', 'everyone');
    }
  });
});

test('a link holds while its writer may write: suspended, or no longer a member, they show nothing', async () => {
  const bob = await client.person();
  const picture = (await addPicture(client, bob, await photo())).id;
  const content = `![](/pictures/${picture})`;
  const draft = await newDraft(client, bob.token, { title: 'Spam', content, format: 'markdown' });
  const browser = createVisitor(server.url);
  await browser.signIn(bob);
  const page = await browser.post(`/drafts/${draft.id}/share`);
  const path = new URL(valuesOf(page)['link'] ?? '').pathname;
  const [file = ''] = /\/media\/post_[^" ]+\?d=[\w.-]+/.exec((await stranger.get(path)).text) ?? [];
  assert.notEqual(file, '');
  const accounts = [
    { state: 'suspended', role: 'member', status: 404 },
    { state: 'active', role: 'reader', status: 404 },
    { state: 'active', role: 'member', status: 200 },
  ] as const;
  for (const { status, ...account } of accounts) {
    const { db } = server.context;
    await db.updateTable('users').set(account).where('id', '=', bob.id).execute();
    for (const shown of [path, file]) {
      assert.equal((await stranger.get(shown)).status, status, JSON.stringify(account));
    }
  }
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
