import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { hashSecretToken } from '../../../src/auth/tokens.ts';
import { findAccount } from '../../../src/auth/viewer.ts';
import { becomeOwner, newOwnerLink } from '../../../src/users/owner-link.service.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, errorsOf, linksOf, statusOf, valuesOf } from '../../support/visitor.ts';

let now = Date.now();
const { server, client, someone } = await openBlog({}, {}, { clock: () => now });
const { db } = server.context;

beforeEach(async () => {
  await db.updateTable('users').set({ role: 'member', state: 'active' }).execute();
});

/** The path of the link that a start would print. */
async function printed(): Promise<string> {
  const link = await newOwnerLink(server.context);
  assert.match(link ?? '', /^http:\/\/localhost:8000\/owner\/[\w-]{43}$/);
  return new URL(link ?? '').pathname;
}

async function owners(): Promise<number[]> {
  const found = await db.selectFrom('users').select('id').where('role', '=', 'owner').execute();
  return found.map(({ id }) => id);
}

const DEAD = /This link does not work\./;

test('the link shows a button, and its post makes an owner once', async () => {
  const path = await printed();
  const { person, browser } = await someone('member');
  const page = await browser.get(path);
  assert.equal(page.status, 200);
  assert.match(page.text, /Become the owner/);
  assert.deepEqual(await owners(), [], 'reading it changes nothing');
  const done = await browser.follow(await browser.post(path));
  assert.equal(statusOf(done), 'You are the owner of this blog now.');
  assert.deepEqual(await owners(), [person.id]);

  const { browser: other } = await someone('member');
  for (const answer of [await other.get(path), await other.post(path)]) {
    assert.equal(answer.status, 404);
    assert.match(answer.text, DEAD);
  }
  assert.deepEqual(await owners(), [person.id]);
  assert.equal(await newOwnerLink(server.context), undefined, 'a blog with an owner has none');
});

test('its answers are kept nowhere and name no page that led on', async () => {
  const path = await printed();
  const { browser } = await someone('member');
  for (const answer of [
    await browser.get(path),
    await createVisitor(server.url).get(path),
    await createVisitor(server.url).get('/owner/unknown'),
  ]) {
    assert.equal(answer.headers.get('cache-control'), 'private, no-store');
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(answer.headers.get('x-robots-tag'), 'noindex');
    assert.match(answer.text, /<meta name="robots" content="noindex/);
  }
});

test('somebody who is signed out logs in and returns to it', async () => {
  const path = await printed();
  const person = await client.person();
  const browser = createVisitor(server.url);
  const login = linksOf(await browser.get(path)).find((link) =>
    link.startsWith('/login?next=%2Fowner'),
  );
  const form = await browser.get(login ?? '');
  const back = await browser.post('/login', {
    next: valuesOf(form)['next'] ?? '',
    username: person.email,
    password: person.password,
  });
  assert.equal(back.location, `${path}?done=login`);
  assert.equal((await browser.post(path)).status, 303);
  assert.deepEqual(await owners(), [person.id]);
  // Also when the session ends before the button is pressed.
  assert.equal(
    (await createVisitor(server.url).post(await printedAgain())).location.slice(0, 20),
    '/login?next=%2Fowner',
  );
});

async function printedAgain(): Promise<string> {
  await db.updateTable('users').set({ role: 'member' }).execute();
  return printed();
}

test('its holder can make the first account where registration is closed, and nobody else', async () => {
  await using closed = await startServer({ REGISTRATION: 'closed' });
  const path = new URL((await newOwnerLink(closed.context)) ?? '').pathname;
  const fields = {
    username: 'Olga',
    email: 'olga@example.com',
    password: 'long enough for her',
    confirm_password: 'long enough for her',
  };
  const stranger = createVisitor(closed.url);
  assert.equal((await stranger.post('/register', fields)).status, 403);
  assert.equal((await stranger.post('/owner/guessed/register', fields)).status, 404);
  const browser = createVisitor(closed.url);
  assert.match((await browser.get(path)).text, /<h1>Own this blog<\/h1>.*name="email"/s);
  const refused = await browser.post(`${path}/register`, { ...fields, confirm_password: 'x' });
  assert.deepEqual(errorsOf(refused), { confirm_password: 'Passwords do not match.' });
  assert.equal(browser.cookies.size, 0);
  const done = await browser.follow(await browser.post(`${path}/register`, fields));
  assert.equal(statusOf(done), 'You are the owner of this blog now.');
  assert.match(done.text, /First steps/);
  const row = await closed.context.db.selectFrom('users').select('role').executeTakeFirst();
  assert.equal(row?.role, 'owner');
});

test('a link that somebody else used meanwhile makes no account', async () => {
  await using closed = await startServer({ REGISTRATION: 'closed' });
  const link = new URL((await newOwnerLink(closed.context)) ?? '').pathname;
  const given = (name: string) => ({
    username: name,
    email: `${name}@example.com`,
    password: `the password of ${name}`,
    confirm_password: `the password of ${name}`,
  });
  const register = (name: string) =>
    createVisitor(closed.url).post(`${link}/register`, given(name));
  const answers = await Promise.all(['olga', 'otto', 'oona'].map(register));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 404, 404],
  );
  const rows = await closed.context.db.selectFrom('users').select('role').execute();
  assert.deepEqual(
    rows.map(({ role }) => role),
    ['owner'],
  );
});

test('it ends after 24 hours, with the next start, and with the first owner', async () => {
  const { browser } = await someone('member');
  const old = await printed();
  const next = await printed();
  assert.equal((await browser.post(old)).status, 404);
  assert.equal((await browser.get(next)).status, 200);
  const { person: other } = await someone('member');
  await db.updateTable('users').set({ role: 'owner' }).where('id', '=', other.id).execute();
  assert.equal((await browser.post(next)).status, 404);
  await db.updateTable('users').set({ role: 'member' }).execute();
  now += 24 * 60 * 60 * 1000 - 1;
  assert.equal((await browser.get(next)).status, 200);
  now += 1;
  assert.equal((await browser.post(next)).status, 404);
});

test('of twenty who use it at once one becomes the owner', async () => {
  const path = await printed();
  const browsers = await Promise.all(Array.from({ length: 20 }, () => someone('member')));
  const answers = await Promise.all(browsers.map(({ browser }) => browser.post(path)));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, ...Array.from({ length: 19 }, () => 404)],
  );
  assert.equal((await owners()).length, 1);
});

test('a guess makes nobody an owner, whatever has checked it before', async () => {
  await printed();
  const { person } = await someone('member');
  const user = await findAccount(server.context, person.id);
  assert.ok(user);
  await assert.rejects(becomeOwner(server.context, user, 'guessed'), { status: 404 });
  assert.deepEqual(await owners(), []);
});

test('the database holds its hash alone', async () => {
  const token = (await printed()).slice('/owner/'.length);
  const rows = await db.selectFrom('owner_links').selectAll().execute();
  assert.deepEqual(
    rows.map(({ token_hash }) => token_hash),
    [hashSecretToken(token)],
  );
});

test('a waiting account that uses it is active', async () => {
  const { person, browser } = await someone('member');
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', person.id).execute();
  assert.equal((await browser.post(await printed())).status, 303);
  const row = await findAccount(server.context, person.id);
  assert.deepEqual([row?.role, row?.state], ['owner', 'active']);
});
