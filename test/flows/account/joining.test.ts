import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { hashSecretToken } from '../../../src/auth/tokens.ts';
import { findAccount } from '../../../src/auth/viewer.ts';
import { invite, type Terms } from '../../../src/invitations/invitations.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { assertError, type User } from '../../support/client.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, errorsOf, summaryOf, valuesOf } from '../../support/visitor.ts';

let now = Date.now();
const { server, client, someone } = await openBlog({}, {}, { clock: () => now });
const { db } = server.context;
const set = (mode: string) => changeSetting(server.context, 'registration', mode);

beforeEach(() => set('open'));

let count = 0;

const fields = () => {
  const name = `guest${(count += 1)}`;
  const password = `password of ${name}`;
  return { username: name, email: `${name}@example.com`, password };
};

const register = (more: object = {}) => {
  const json = { ...fields(), ...more };
  return client.api<User>('POST', '/api/users', { json });
};

/** The path of a new invitation, and its token. */
async function invitation(terms: Partial<Terms> = {}): Promise<{ path: string; token: string }> {
  const { person } = await someone('editor');
  const row = await findAccount(server.context, person.id);
  assert.ok(row);
  const whole = { role: 'member', uses: 1, days: 7, note: '', ...terms } as const;
  const { pathname: path } = new URL(await invite(server.context, row, whole));
  return { path, token: path.slice('/join/'.length) };
}

test('with `invite`, one registers with an invitation only', async () => {
  await set('invite');
  assertError(await register(), 403, 'Registration is closed');
  assertError(await register({ invitation: null }), 403, 'Registration is closed');
  assertError(await register({ invitation: 'guessed' }), 403, 'This invitation does not work');
  const { token } = await invitationWhile('open');
  await set('invite');
  assert.equal((await register({ invitation: token })).status, 201);
  assertError(await register({ invitation: token }), 403, 'This invitation does not work');
  const page = await createVisitor(server.url).get('/register');
  assert.match(page.text, /New accounts need an invitation/);
  assert.equal('password' in valuesOf(page), false);
  assert.equal((await createVisitor(server.url).post('/register', fields())).status, 403);
  assert.doesNotMatch((await createVisitor(server.url).get('/')).text, /href="\/register/);
});

async function invitationWhile(mode: string, terms: Partial<Terms> = {}) {
  await set(mode);
  return invitation(terms);
}

test('with `closed`, no invitation helps', async () => {
  const { token, path } = await invitation();
  await set('closed');
  assertError(await register({ invitation: token }), 403, 'Registration is closed');
  const posted = await createVisitor(server.url).post(path, fields());
  assert.equal(posted.status, 403);
  assert.match(summaryOf(posted), /Registration is closed/);
});

test('the link of an invitation shows a form, whose post uses it; what was typed is kept', async () => {
  const { path } = await invitation({ role: 'reader', uses: 2 });
  const { browser: member } = await someone('editor');
  await set('invite');
  const browser = createVisitor(server.url);
  const page = await browser.get(path);
  assert.equal(page.status, 200);
  assert.match(page.text, /You are invited to Masthead\. With an account you can read here/);
  assert.equal(page.headers.get('cache-control'), 'private, no-store');
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  const given = fields();
  const refused = await browser.post(path, { ...given, confirm_password: 'other' });
  assert.deepEqual(errorsOf(refused), { confirm_password: 'Passwords do not match.' });
  assert.equal(valuesOf(refused)['username'], given.username);
  const login = await browser.follow(await browser.post(path, given));
  assert.equal(valuesOf(login)['username'], given.email);
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('username', '=', given.username)
    .executeTakeFirst();
  assert.deepEqual([row?.role, row?.state], ['reader', 'active']);
  assert.match((await member.get(path)).text, /You are signed in as/);
  const left = await db
    .selectFrom('invitations')
    .select('uses_left')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  assert.equal(left?.uses_left, 1, 'only an account uses it');
});

test('used up, expired, ended and unknown invitations look the same', async () => {
  const used = await invitation();
  assert.equal((await register({ invitation: used.token })).status, 201);
  const expired = await invitation({ days: 1 });
  const ended = await invitation({ uses: 100 });
  const { browser } = await someone('editor');
  const row = await db
    .selectFrom('invitations')
    .selectAll()
    .orderBy('id', 'desc')
    .executeTakeFirst();
  assert.equal(row?.token_hash, hashSecretToken(ended.token), 'stored as its hash');
  assert.equal((await createVisitor(server.url).get(ended.path)).status, 200);
  assert.equal((await browser.post(`/admin/invitations/${row.id}/revoke`)).status, 303);
  now += 24 * 60 * 60 * 1000;
  const pages = [];
  for (const { path } of [used, expired, ended, { path: `/join/${'x'.repeat(22)}` }]) {
    const stranger = createVisitor(server.url);
    const [seen, posted] = [await stranger.get(path), await stranger.post(path, fields())];
    assert.deepEqual([seen.status, posted.status], [404, 403]);
    pages.push(
      seen.text.replaceAll(encodeURIComponent(path), ''),
      posted.text.replaceAll(encodeURIComponent(path), ''),
    );
  }
  assert.equal(new Set(pages).size, 1);
});

test('an invitation does not work while its maker is suspended, and ends with that account', async () => {
  const { browser: owner } = await someone('owner');
  const { token, path } = await invitation({ uses: 3, note: 'For choristers' });
  const { made_by: maker } = await db
    .selectFrom('invitations')
    .select('made_by')
    .where('token_hash', '=', hashSecretToken(token))
    .executeTakeFirstOrThrow();
  const listed = async () => {
    const { text } = await owner.get('/admin/invitations');
    return /“For choristers”<\/strong><\/p>\s*<p class="meta">member, ([^;]*);/.exec(text)?.[1];
  };
  const statuses = async () => {
    const asked = await register({ invitation: token });
    return [asked.status, (await createVisitor(server.url).get(path)).status];
  };
  const act = async (what: string, form: Record<string, string> = {}) =>
    assert.equal((await owner.post(`/admin/people/${maker}/${what}`, form)).status, 303, what);
  assert.deepEqual(await statuses(), [201, 200]);
  assert.match((await listed()) ?? '', /^2 uses left/);

  await act('suspend', { reason: 'Spam' });
  assert.deepEqual(await statuses(), [403, 404]);
  assert.equal(await listed(), 'does not work while its maker is suspended');
  await act('restore');
  assert.deepEqual(await statuses(), [201, 200]);

  await db
    .deleteFrom('users')
    .where('id', '=', maker ?? 0)
    .execute();
  assert.deepEqual(await statuses(), [403, 404]);
  assert.equal(await listed(), 'ended');
});

test('fifty at once on an invitation for one make one account', async () => {
  const { token } = await invitation();
  const { path } = await invitation();
  const before = await db
    .selectFrom('users')
    .select(db.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      at % 2 === 0
        ? register({ invitation: token })
        : createVisitor(server.url).post(path, fields()),
    ),
  );
  const made = answers.filter(({ status }) => status === 201 || status === 303);
  assert.equal(made.length, 2, 'one for each of the two links');
  const after = await db
    .selectFrom('users')
    .select(db.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  assert.equal(Number(after.n) - Number(before.n), 2);
});

test('an account that is refused for another reason uses no invitation', async () => {
  const { token } = await invitation();
  const taken = fields();
  assert.equal((await register(taken)).status, 201);
  assertError(
    await register({ username: taken.username, invitation: token }),
    400,
    'Username already exists',
  );
  assert.equal((await register({ invitation: token })).status, 201);
});

test('with `approval` an invitation spares the waiting', async () => {
  const { token } = await invitation();
  await set('approval');
  const { body } = await register({ invitation: token });
  assert.equal((await findAccount(server.context, body.id))?.state, 'active');
  const { body: other } = await register();
  assert.equal((await findAccount(server.context, other.id))?.state, 'waiting');
});

test('what the environment sets holds, whatever the settings say', async () => {
  await using fixed = await startServer({ REGISTRATION: 'invite' });
  await changeSetting(fixed.context, 'registration', 'open');
  assert.equal((await createVisitor(fixed.url).post('/register', fields())).status, 403);
});

test('a changed setting shows on the next page', async () => {
  const visitor = createVisitor(server.url);
  assert.match((await visitor.get('/')).text, /href="\/register/);
  await set('invite');
  assert.doesNotMatch((await visitor.get('/')).text, /href="\/register/);
});
