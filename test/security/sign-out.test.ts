import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import { nowSeconds, signToken } from '../support/jwt.ts';
import { resetToken } from '../support/servers/outbox.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';
import { SECRET_KEY, someone, type Someone } from './people.ts';

const { server, client } = await openBlog({ SECRET_KEY });
const mallory = await someone(server, client);

const NEXT = 'a password that is new';
const form = { new_password: NEXT, confirm_password: NEXT };

/** Several of everything that may end, so that a deletion of only one is noticed. */
interface Grants {
  here: Visitor;
  elsewhere: Visitor[];
  tokens: string[];
  reset: string;
}

async function grantsOf(ann: Someone): Promise<Grants> {
  const elsewhere = [createVisitor(server.url), createVisitor(server.url)];
  for (const browser of elsewhere) await browser.signIn(ann);
  const { body } = await client.login(ann.email, ann.password);
  const foreign = { sub: String(ann.id), exp: nowSeconds() + 600, iat: nowSeconds() - 60 };
  const tokens = [body.access_token, signToken(SECRET_KEY, foreign)];
  await client.api('POST', '/api/users/forgot-password', { json: { email: ann.email } });
  const reset = await resetToken(server.dataDir, ann.email);
  const grants = { here: ann.browser, elsewhere, tokens, reset };
  const all = { here: true, elsewhere: [true, true], tokens: [true, true] };
  assert.deepEqual(await alive(grants), all, 'all are good before');
  return grants;
}

/** Whether each still gives access. The reset link is not tried, because that would use it up. */
async function alive({ here, elsewhere, tokens }: Grants) {
  const opens = async (browser: Visitor) =>
    (await createVisitor(server.url).get('/account', { cookie: cookieOf(browser) })).status === 200;
  const counts = async (token: string) =>
    (await client.api('GET', '/api/users/me', { token })).status === 200;
  return {
    here: await opens(here),
    elsewhere: await Promise.all(elsewhere.map(opens)),
    tokens: await Promise.all(tokens.map(counts)),
  };
}

const cookieOf = ({ cookies }: Visitor) => [...cookies].map((pair) => pair.join('=')).join('; ');

async function resetWorks(token: string): Promise<boolean> {
  const json = { token, new_password: 'a third password' };
  return (await client.api('POST', '/api/users/reset-password', { json })).status === 200;
}

const NONE = { here: false, elsewhere: [false, false], tokens: [false, false] };

/** What ends everything; a change of password on a page gives this browser a new session. */
const ENDINGS: Record<string, (ann: Someone, grants: Grants) => Promise<number>> = {
  'a change of password by the API': async ({ password }, { tokens: [token = ''] }) => {
    const json = { current_password: password, new_password: NEXT };
    return (await client.api('PATCH', '/api/users/me/password', { token, json })).status;
  },
  'a change of password by the page': async ({ password, browser }) =>
    (await browser.post('/account/password', { ...form, current_password: password })).status,
  'a reset by the API': async (_ann, { reset: token }) => {
    const json = { token, new_password: NEXT };
    return (await client.api('POST', '/api/users/reset-password', { json })).status;
  },
  'a reset by the page': async (_ann, { reset: token }) =>
    (await createVisitor(server.url).post('/reset-password', { ...form, token })).status,
  'the end of the account by the API': async ({ id }, { tokens: [token = ''] }) =>
    (await client.api('DELETE', `/api/users/${id}`, { token })).status,
  'the end of the account by the page': async ({ browser, password }) =>
    (await browser.post('/account/delete', { current_password: password })).status,
};

for (const [name, end] of Object.entries(ENDINGS)) {
  test(`${name} ends every session, every token and every reset link`, async () => {
    const ann = await someone(server, client);
    const grants = await grantsOf(ann);
    const kept = cookieOf(ann.browser);
    assert.ok([200, 204, 303].includes(await end(ann, grants)));
    const here = name === 'a change of password by the page';
    assert.deepEqual(await alive(grants), { ...NONE, here });
    const old = await client.api('GET', '/account', { headers: { cookie: kept } });
    assert.equal(old.status, 303, 'this browser has a new session, if any');
    assert.equal(await resetWorks(grants.reset), false);
    assert.equal((await mallory.browser.get('/account')).status, 200, 'and nobody else’s');
  });
}

test('a logout ends this session on the server too; the others stay', async () => {
  const ann = await someone(server, client);
  const grants = await grantsOf(ann);
  const kept = cookieOf(ann.browser);
  assert.equal((await ann.browser.post('/logout')).status, 303);
  const after = { here: false, elsewhere: [true, true], tokens: [true, true] };
  assert.deepEqual(await alive(grants), after);
  assert.equal((await client.api('GET', '/account', { headers: { cookie: kept } })).status, 303);
});

test('"Log out everywhere else" ends the other sessions and not this one', async () => {
  const ann = await someone(server, client);
  const grants = await grantsOf(ann);
  assert.equal((await ann.browser.post('/account/sessions/end-others')).status, 303);
  // Access tokens stay; a change of password ends those.
  const after = { here: true, elsewhere: [false, false], tokens: [true, true] };
  assert.deepEqual(await alive(grants), after);
  assert.equal((await mallory.browser.get('/account')).status, 200);
});

test('a planted session is never used after a login', async () => {
  const ann = await someone(server, client);
  const planted = [mallory.cookie, 'session=planted', `session=${'a'.repeat(43)}`, 'session='];
  for (const cookie of planted) {
    const victim = createVisitor(server.url);
    const fields = { username: ann.email, password: ann.password };
    const answer = await victim.post('/login', fields, { cookie });
    assert.equal(answer.status, 303, answer.text);
    const session = victim.cookies.get('session') ?? '';
    assert.match(session, /^[\w-]{43}$/);
    assert.ok(!cookie.includes(session), 'a new value');
    const thief = await createVisitor(server.url).get('/account', { cookie });
    assert.doesNotMatch(thief.text, new RegExp(ann.email), cookie);
  }
  const register = createVisitor(server.url);
  const fields = { username: 'Newcomer', email: 'newcomer@example.com', ...form, password: NEXT };
  const answer = await register.post('/register', fields, { cookie: 'session=planted' });
  assert.deepEqual([answer.status, answer.headers.getSetCookie()], [303, []]);
});

test('nothing in an address sets a cookie', async () => {
  for (const path of ['/?session=planted', '/login?session=planted', '/login;session=planted']) {
    const answer = await createVisitor(server.url).get(path);
    assert.deepEqual(answer.headers.getSetCookie(), [], path);
  }
});
