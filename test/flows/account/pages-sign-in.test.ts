import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';
import {
  createVisitor,
  errorsOf,
  focusOf,
  linksOf,
  statusOf,
  summaryOf,
  titleOf,
  valuesOf,
} from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');

const credentials = ({ email, password }: Person) => ({ username: email, password });

test('a newcomer registers, logs in and out, with a message for each step', async () => {
  const visitor = createVisitor(server.url);
  const registered = await visitor.post('/register', {
    username: 'New Comer',
    email: 'New.Comer@Example.com',
    password: 'a long password',
    confirm_password: 'a long password',
  });
  assert.equal(registered.status, 303);
  assert.match(registered.location, /^\/login\?account=[\w.-]+&done=registered$/);
  assert.doesNotMatch(registered.location, /example\.com|%40/i);
  assert.equal(registered.headers.get('set-cookie'), null);
  const login = await visitor.follow(registered);
  assert.equal(statusOf(login), 'Account created successfully! Please login.');
  assert.equal(titleOf(login), 'Masthead - Login');
  assert.equal(valuesOf(login)['username'], 'new.comer@example.com');
  assert.equal(focusOf(login), 'password');
  assert.equal(login.headers.get('cache-control'), 'private, no-store');
  const forged = await visitor.get(registered.location.replace(/account=\d+/, 'account=1'));
  assert.deepEqual([valuesOf(forged)['username'], focusOf(forged)], ['', 'username']);
  assert.equal(focusOf(await visitor.get('/login')), undefined);

  const entered = await visitor.post('/login', {
    username: 'NEW.COMER@example.com',
    password: 'a long password',
  });
  assert.deepEqual([entered.status, entered.location], [303, '/?done=login']);
  const home = await visitor.follow(entered);
  assert.equal(statusOf(home), 'Login successful!');
  assert.match(home.text, /<bdi>New Comer<\/bdi>/);
  assert.ok(linksOf(home).includes('/posts/new'));

  const left = await visitor.post('/logout');
  assert.deepEqual([left.status, left.location], [303, '/?done=logout']);
  assert.equal(statusOf(await visitor.follow(left)), 'You have been logged out.');
  assert.equal((await visitor.get('/account')).location, '/login?next=%2Faccount');
});

test('the status message comes from a list, not from the address', async () => {
  const visitor = createVisitor(server.url);
  for (const done of [
    '<b>',
    'toString',
    '__proto__',
    'constructor',
    'Hacked',
    '',
    'login&done=x',
  ]) {
    const page = await visitor.get(`/?done=${done}`);
    assert.equal(statusOf(page), '', done);
  }
});

test('a refused registration keeps what was typed, but no password', async () => {
  const visitor = createVisitor(server.url);
  const good = {
    username: 'Somebody',
    email: 'somebody@example.com',
    password: 'correct horse 1',
    confirm_password: 'correct horse 1',
  };
  const cases: [Record<string, string>, number, Record<string, string | RegExp>][] = [
    [{ username: 'aNN' }, 400, { username: 'Username already exists' }],
    [{ email: ann.email.toUpperCase() }, 400, { email: 'Email already registered' }],
    [{ username: '' }, 422, { username: 'Please fill in this field.' }],
    [{ username: 'x'.repeat(51) }, 422, { username: 'Must be at most 50 characters.' }],
    [{ email: 'nobody' }, 422, { email: /^This is not a valid e-mail address: / }],
    [{ password: 'short' }, 422, { password: 'Must be at least 8 characters.' }],
    [{ confirm_password: 'correct horse 2' }, 422, { confirm_password: 'Passwords do not match.' }],
    [{ confirm_password: '' }, 422, { confirm_password: 'Passwords do not match.' }],
    [{ username: 'a\0b' }, 422, { username: 'This contains characters that cannot be stored.' }],
    [
      { username: '', email: 'nobody', password: 'short' },
      422,
      { username: /./, email: /./, password: /./ },
    ],
  ];
  for (const [wrong, status, expected] of cases) {
    const sent = { ...good, ...wrong };
    const page = await visitor.post('/register', sent);
    const name = JSON.stringify(wrong);
    assert.equal(page.status, status, name);
    const errors = errorsOf(page);
    assert.deepEqual(Object.keys(errors), Object.keys(expected), name);
    for (const [field, error] of Object.entries(expected)) {
      if (typeof error === 'string') assert.equal(errors[field], error);
      else assert.match(errors[field] ?? '', error);
    }
    assert.equal(focusOf(page), Object.keys(expected)[0], name);
    const values = valuesOf(page);
    assert.equal(values['email'], sent.email, name);
    if (!sent.username.includes('\0')) assert.equal(values['username'], sent.username, name);
    assert.deepEqual([values['password'], values['confirm_password']], [undefined, undefined]);
    assert.doesNotMatch(page.text, /correct horse/);
  }
  const nothing = await visitor.ask('POST', '/register');
  assert.deepEqual(Object.keys(errorsOf(nothing)), ['username', 'email', 'password']);
});

test('a wrong password and an unknown e-mail get the same message', async () => {
  const visitor = createVisitor(server.url);
  const wrong = { username: ann.email, password: 'secret guess' };
  const unknown = { username: 'nobody@example.com', password: 'secret guess' };
  for (const fields of [wrong, unknown]) {
    const page = await visitor.post('/login', { ...fields, next: '/posts/new' });
    assert.equal(page.status, 401);
    assert.equal(summaryOf(page), 'Incorrect email or password');
    assert.equal(focusOf(page), 'alert');
    const values = valuesOf(page);
    assert.deepEqual([values['username'], values['next']], [fields.username, '/posts/new']);
    assert.doesNotMatch(page.text, /secret guess/);
    assert.equal(page.headers.get('set-cookie'), null);
  }
  const empty = await visitor.post('/login', { username: '', password: '' });
  assert.deepEqual(Object.keys(errorsOf(empty)), ['username', 'password']);
});

test('each login begins a new session, whatever cookie the browser brought', async () => {
  const visitor = createVisitor(server.url);
  visitor.cookies.set('session', 'planted-by-somebody-else');
  const first = await visitor.post('/login', credentials(ann));
  const [line = ''] = first.headers.getSetCookie();
  assert.match(line, /^session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
  const old = visitor.cookies.get('session') ?? '';
  assert.notEqual(old, 'planted-by-somebody-else');

  await visitor.post('/login', credentials(ann));
  const now = visitor.cookies.get('session') ?? '';
  assert.notEqual(now, old);
  const status = async (session: string) =>
    (await createVisitor(server.url).get('/account', { cookie: `session=${session}` })).status;
  assert.deepEqual([await status(old), await status(now)], [303, 200]);
  await visitor.post('/logout');
  assert.equal(await status(now), 303, 'a kept cookie is dead after the logout');
});

test('an expired session is not accepted', async () => {
  const visitor = createVisitor(server.url);
  await visitor.signIn(ann);
  await server.context.db
    .updateTable('sessions')
    .set({ expires_at: Date.now() * 1000 })
    .execute();
  assert.equal((await visitor.get('/account')).status, 303);
  assert.match((await visitor.get('/')).text, />Login</);
});

test('a session in use is prolonged, and the cookie with it', async () => {
  const visitor = createVisitor(server.url);
  await visitor.signIn(ann);
  assert.equal((await visitor.get('/')).headers.get('set-cookie'), null);
  const hours = 2 * 60 * 60 * 1_000_000;
  const { db } = server.context;
  await db
    .updateTable('sessions')
    .set({ last_seen_at: Date.now() * 1000 - hours, expires_at: Date.now() * 1000 + hours })
    .execute();
  // Another address: the cached page is good until its session would have to be prolonged, as it was then.
  const page = await visitor.get('/?time=2');
  assert.match(page.headers.get('set-cookie') ?? '', /^session=.*Max-Age=2592000/);
  const { expires_at: expires } = await db
    .selectFrom('sessions')
    .select('expires_at')
    .orderBy('last_seen_at', 'desc')
    .executeTakeFirstOrThrow();
  assert.ok(expires > Date.now() * 1000 + 29 * 24 * 60 * 60 * 1_000_000);
});

test('a form may be posted as multipart, and by a script that wants JSON', async () => {
  const body = new FormData();
  for (const [name, value] of Object.entries(credentials(ann))) body.append(name, value);
  const multipart = await fetch(`${server.url}/login`, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  assert.equal(multipart.status, 303);

  const visitor = createVisitor(server.url);
  const accept = { accept: 'application/json' };
  const wrong = await visitor.post('/login', { username: ann.email, password: 'no' }, accept);
  assert.deepEqual([wrong.status, wrong.text], [401, '{"detail":"Incorrect email or password"}']);
  const faults = await visitor.post('/register', { username: 'Ann', email: 'x' }, accept);
  assert.equal(faults.status, 422);
  const { detail } = JSON.parse(faults.text) as { detail: { loc: string[]; msg: string }[] };
  assert.deepEqual(
    detail.map(({ loc }) => loc),
    [
      ['body', 'email'],
      ['body', 'password'],
    ],
  );
  const right = await visitor.post('/login', { ...credentials(ann), next: '/account' }, accept);
  const location = '/account?done=login';
  assert.deepEqual(JSON.parse(right.text), { message: 'Login successful!', location });
  assert.equal((await visitor.get('/account')).status, 200);
});

test('if registration is closed, no page offers it and no route accepts it', async () => {
  await using closed = await startServer({ REGISTRATION: 'closed' });
  const visitor = createVisitor(closed.url);
  for (const path of ['/', '/login', '/register']) {
    assert.ok(!linksOf(await visitor.get(path)).includes('/register'), path);
  }
  const fields = {
    username: 'Somebody',
    email: 's@example.com',
    password: 'a long password',
    confirm_password: 'a long password',
  };
  const [page, posted] = [await visitor.get('/register'), await visitor.post('/register', fields)];
  assert.deepEqual([page.status, posted.status], [200, 403]);
  for (const { text } of [page, posted]) {
    assert.match(text, /Registration is closed/);
    assert.doesNotMatch(text, /action="\/register"/);
  }
  const entered = await visitor.post('/login', {
    username: 's@example.com',
    password: 'a long password',
  });
  assert.equal(entered.status, 401);
});
