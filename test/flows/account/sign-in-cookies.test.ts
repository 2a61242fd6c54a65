import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, type Person } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, statusOf, valuesOf, type Seen } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');

const credentials = ({ email, password }: Person) => ({ username: email, password });

/** Follows a login to the next page in a browser that keeps no cookie, as over http at a site with https. */
async function logInWithoutCookies(
  url: string,
  person: Person,
  fields: Record<string, string> = {},
): Promise<{ login: Seen; page: Seen }> {
  const visitor = createVisitor(url);
  const login = await visitor.post('/login', { ...credentials(person), ...fields });
  visitor.cookies.clear();
  let page = await visitor.get(login.location);
  while (page.status === 303) page = await visitor.get(page.location);
  return { login, page };
}

test('after a login whose cookie the browser did not keep, the next page says so and why', async () => {
  const FRONTEND_URL = 'https://blog.example.org';
  await using https = await startServer({ FRONTEND_URL });
  const bob = await createClient(https.url).person();
  for (const next of ['/', '/posts/new', '/account', '/login']) {
    const { page } = await logInWithoutCookies(https.url, bob, { next });
    assert.equal(page.status, 200);
    assert.equal(statusOf(page), '', next);
    assert.match(
      page.text,
      /role="alert">You are not logged in: this browser did not keep the session cookie\. Browsers keep it only at <a href="https:\/\/blog\.example\.org\/login">/,
      next,
    );
    assert.equal(page.headers.get('set-cookie'), null);
  }
  const { page } = await logInWithoutCookies(https.url, bob, { next: '/posts/new' });
  assert.equal(valuesOf(page)['next'], '/posts/new', 'a login still leads to where one was going');
  const kept = createVisitor(https.url);
  const entered = await kept.post('/login', credentials(bob));
  assert.equal(statusOf(await kept.follow(entered)), 'Login successful!');
});

test('where the blog has no https, cookies that are refused are told of as such', async () => {
  const { login, page } = await logInWithoutCookies(server.url, ann);
  assert.equal(login.location, '/?done=login');
  assert.match(page.text, /session cookie\. Allow cookies for this site, then log in again\.</);
  assert.doesNotMatch(page.text, /Login successful/);
});

test('a script is led to a page that tells whether the cookie was kept', async () => {
  const visitor = createVisitor(server.url);
  const json = { accept: 'application/json' };
  const login = await visitor.post('/login', { ...credentials(ann), next: '/account' }, json);
  const { location } = JSON.parse(login.text) as { location: string };
  assert.equal(location, '/account?done=login');
  assert.equal(statusOf(await visitor.get(location)), 'Login successful!');
});

test('what was written is kept when the cookie was refused, and the reason is told', async () => {
  const visitor = createVisitor(server.url);
  const written = { title: 'T', content: 'one\ntwo', next: '/posts/new' };
  const login = await visitor.post('/login', { ...credentials(ann), ...written });
  assert.deepEqual([login.status, login.location], [307, '/posts/new']);
  visitor.cookies.clear();
  const page = await visitor.post('/posts/new', { ...credentials(ann), ...written });
  assert.equal(page.status, 401);
  assert.match(page.text, /did not keep the session cookie/);
  assert.equal(valuesOf(page)['content'], 'one\ntwo');
  assert.ok(!page.text.includes(ann.password));
  const before = await createVisitor(server.url).post('/posts/new', written);
  assert.doesNotMatch(before.text, /session cookie/);
});
