import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOwnerLink } from '../../../src/users/owner-link.service.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, linksOf, type Seen } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const stranger = createVisitor(server.url);

const NEW = /<h2>A new blog<\/h2>/;
/** The steps of a page: what is left, and what is done. */
function stepsOf({ text }: Seen): string[] {
  const list = /<h2 id="first-steps">[^]*?<ol>([^]*?)<\/ol>/.exec(text)?.[1] ?? '';
  return [...list.matchAll(/<li[^>]*>(.*?)<\/li>/g)].map(([, step = '']) =>
    step.replaceAll(/<[^>]*>/g, ''),
  );
}

test('without any account the front page says what this is, and where the owner’s link is', async () => {
  const link = await newOwnerLink(server.context);
  const [, token = assert.fail('no link')] = /owner\/([\w-]+)/.exec(link ?? '') ?? [];
  const page = await stranger.get('/');
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('set-cookie'), null);
  assert.match(page.headers.get('cache-control') ?? '', /^public/);
  assert.match(page.text, NEW);
  assert.match(page.text, /\/owner\/<\/code>/);
  assert.ok(!page.text.includes(token));
  assert.equal(stranger.cookies.size, 0);
});

test('from the first account on, it says that there are no posts', async () => {
  await client.register();
  const page = await stranger.get('/');
  assert.doesNotMatch(page.text, NEW);
  assert.match(page.text, /There are no posts here yet/);
});

test('an owner sees the steps until all are done; nobody else does', async () => {
  const { db } = server.context;
  await db.deleteFrom('users').execute();
  const ann = await client.person();
  await db.updateTable('users').set({ role: 'owner' }).where('id', '=', ann.id).execute();
  const owner = createVisitor(server.url);
  await owner.signIn(ann);
  const [write, invite, choose] = ['Write the first post', 'Invite people', 'Choose who may read'];
  const first = await owner.get('/');
  assert.deepEqual(stepsOf(first), [write, invite, choose]);
  for (const path of ['/posts/new', '/admin/invitations', '/admin/settings#readers']) {
    assert.ok(linksOf(first).includes(path), path);
  }
  assert.deepEqual(stepsOf(await stranger.get('/')), []);

  await client.post(ann.token);
  assert.deepEqual(stepsOf(await owner.get('/')), [`${write} (done)`, invite, choose]);
  await owner.post('/admin/invitations', { role: 'member', uses: '1', days: '1', note: '' });
  assert.deepEqual(stepsOf(await owner.get('/')), [`${write} (done)`, `${invite} (done)`, choose]);
  const bob = await client.person();
  const member = createVisitor(server.url);
  await member.signIn(bob);
  assert.deepEqual(stepsOf(await member.get('/')), []);
  // To leave them as they are is a choice, too.
  assert.equal((await owner.post('/admin/settings', { readers: 'everyone' })).status, 303);
  assert.deepEqual(stepsOf(await owner.get('/')), []);

  await db.deleteFrom('settings').execute();
  assert.equal(stepsOf(await owner.get('/')).length, 3);
  assert.equal((await member.post('/admin/first-steps/dismiss')).status, 403);
  const hidden = await owner.follow(await owner.post('/admin/first-steps/dismiss'));
  assert.deepEqual(stepsOf(hidden), []);
});
