import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { updateProfile, writeEmailChangeMail } from '../../../src/users/email-change.service.ts';
import { getUser } from '../../../src/users/users.service.ts';
import { assertUnauthorized, createClient, type Person } from '../../support/client.ts';
import { mails, resetToken } from '../../support/servers/outbox.ts';
import { startServer } from '../../support/server.ts';
import { smtpServer } from '../../support/servers/smtp-server.ts';
import { until } from '../../support/until.ts';
import {
  createVisitor,
  errorsOf,
  focusOf,
  statusOf,
  summaryOf,
  titleOf,
  valuesOf,
  type Visitor,
} from '../../support/visitor.ts';

const INVALID = 'Invalid or expired link';
const SENT =
  'A link was mailed to your new email. Open it to confirm the change; until then the old one stays.';

/** A blog without a mail server; with `mail` its mails go to one. */
async function openBlog(
  t: TestContext,
  { mail = true, variables = {} }: { mail?: boolean; variables?: Record<string, string> } = {},
) {
  const { port, received } = await smtpServer(t);
  const server = await startServer({
    ...(mail && { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port) }),
    FRONTEND_URL: 'http://blog.example.org',
    ...variables,
  });
  t.after(() => server.stop());
  const client = createClient(server.url);

  async function signedIn(person?: Person): Promise<{ person: Person; visitor: Visitor }> {
    person ??= await client.person();
    const visitor = createVisitor(server.url);
    await visitor.signIn(person);
    return { person, visitor };
  }
  /** Sends the profile form with another address and the password. */
  const change = (visitor: Visitor, { username, password }: Person, email: string) =>
    visitor.post('/account', { username, email, current_password: password });
  /** The mails to an address, once there are `count` of them. */
  const mailsTo = (email: string, count = 1) =>
    until(`mail ${count} to ${email}`, async () => {
      const found = received.filter(({ to }) => to.includes(email));
      return found.length >= count ? found.map(({ mail }) => mail) : undefined;
    });
  /** The token of the `count`-th link that was mailed to an address. */
  const linkTo = async (email: string, count = 1): Promise<string> => {
    const mail = (await mailsTo(email, count))[count - 1] ?? '';
    const link = /^http:\/\/blog\.example\.org\/confirm-email\?token=([\w-]{43})$/m.exec(mail);
    return link?.[1] ?? assert.fail(mail);
  };
  const confirm = (token: string, visitor = createVisitor(server.url)) =>
    visitor.post('/confirm-email', { token });
  const canLogIn = async (email: string, password: string) =>
    (await client.login(email, password)).status === 200;
  return { server, client, received, signedIn, change, mailsTo, linkTo, confirm, canLogIn };
}

test('a new address needs the password, is confirmed by a button, and the old one is told', async (t) => {
  const blog = await openBlog(t);
  const { person, visitor } = await blog.signedIn();
  const { username, email, password } = person;
  const next = 'new@example.com';

  for (const [typed, error] of [
    ['', 'Please enter your current password to change the address.'],
    ['a wrong one', 'Current password is incorrect'],
  ]) {
    const sent = { username: 'Renamed', email: next, current_password: typed ?? '' };
    const refused = await visitor.post('/account', sent);
    assert.equal(refused.status, 400);
    assert.deepEqual(errorsOf(refused), { profile_password: error });
    assert.equal(focusOf(refused), 'current_password');
    assert.equal(valuesOf(refused)['email'], next);
    assert.doesNotMatch(refused.text, /a wrong one/);
  }
  assert.ok(await blog.canLogIn(email, password));

  const asked = await blog.change(visitor, person, 'New@Example.com');
  assert.equal(asked.location, '/account?done=email-sent');
  const account = await visitor.follow(asked);
  assert.equal(statusOf(account), SENT);
  assert.equal(valuesOf(account)['email'], email);
  assert.match(account.text, /A link was mailed to <strong>new@example\.com<\/strong>/);
  assert.ok(await blog.canLogIn(email, password));

  const [notice = ''] = await blog.mailsTo(email);
  assert.match(notice, /^Subject: Your E-mail Address Is Being Changed - Masthead$/m);
  assert.match(notice, /http:\/\/blog\.example\.org\/forgot-password/);
  assert.doesNotMatch(notice, /new@example\.com|token=/);
  const token = await blog.linkTo(next);
  const { db } = blog.server.context;
  const [{ token_hash: hash } = assert.fail('no row')] = await db
    .selectFrom('email_changes')
    .selectAll()
    .execute();
  assert.equal(hash, createHash('sha256').update(token).digest('hex'), 'stored as a hash only');

  const stranger = createVisitor(blog.server.url);
  for (const method of ['GET', 'HEAD', 'GET']) {
    const page = await stranger.ask(method, `/confirm-email?token=${token}`);
    assert.equal(page.status, 200);
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(page.headers.get('cache-control'), 'private, no-store');
    assert.equal(page.headers.get('set-cookie'), null);
    if (method === 'HEAD') continue;
    assert.equal(titleOf(page), 'Masthead - Confirm Email');
    assert.match(page.text, /<meta name="robots" content="noindex"/);
    assert.match(page.text, new RegExp(`<strong>new@example\\.com<.*<bdi>${username}</bdi>`));
    assert.ok(!page.text.includes(email), 'whoever has the link need not know the old address');
    assert.ok(!page.text.includes(`next=`), 'no link takes the token along');
  }
  assert.ok(!(await blog.canLogIn(next, password)), 'looking at the page changes nothing');

  const confirmed = await blog.confirm(token, stranger);
  assert.equal(confirmed.location, '/login?done=email-changed');
  const led = await stranger.follow(confirmed);
  assert.equal(led.status, 200, led.text);
  assert.match(statusOf(led), /^Email confirmed\./);
  assert.ok(await blog.canLogIn(next, password));
  assertUnauthorized(await blog.client.login(email, password), 'Incorrect email or password');
  assert.equal(valuesOf(await visitor.get('/account'))['email'], next, 'the session goes on');
  assert.ok(!(await visitor.get('/account')).text.includes('A link was mailed'));
  const row = await getUser(blog.server.context, person.id);
  assert.ok(Math.abs((row.email_confirmed_at ?? 0) / 1000 - Date.now()) < 600_000);

  for (const used of [token, 'unknown', '', `${token}&token=${token}`]) {
    const again = await blog.confirm(used);
    assert.deepEqual([again.status, summaryOf(again)], [400, INVALID]);
    const page = await stranger.get(`/confirm-email?token=${used}`);
    assert.deepEqual([page.status, summaryOf(page)], [400, INVALID]);
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  }
});

test('the name alone, and the address as it is, need no password and mail nobody', async (t) => {
  const blog = await openBlog(t);
  const { person, visitor } = await blog.signedIn();
  for (const email of [person.email, person.email.toUpperCase()]) {
    const sent = await visitor.post('/account', { username: `Only ${email}`, email });
    assert.equal(sent.location, '/account?done=profile');
  }
  assert.deepEqual(await blog.server.context.db.selectFrom('mails').selectAll().execute(), []);
  assert.equal(blog.received.length, 0);
});

test('name and address may change at once; the name does at once', async (t) => {
  const blog = await openBlog(t);
  const { person, visitor } = await blog.signedIn();
  const taken = await blog.client.person('Taken');
  const refused = await blog.change(visitor, { ...person, username: 'TAKEN' }, 'both@example.com');
  assert.deepEqual(errorsOf(refused), { username: 'Username already exists' });
  const other = await blog.change(visitor, { ...person, username: 'Fresh' }, taken.email);
  assert.deepEqual(errorsOf(other), { email: 'Email already registered' });
  assert.equal(valuesOf(await visitor.get('/account'))['username'], person.username);
  await blog.change(visitor, { ...person, username: 'Fresh' }, 'both@example.com');
  assert.equal(valuesOf(await visitor.get('/account'))['username'], 'Fresh');
  await blog.confirm(await blog.linkTo('both@example.com'));
  const { username, email } = valuesOf(await visitor.get('/account'));
  assert.deepEqual([username, email], ['Fresh', 'both@example.com']);
});

test('an address that somebody has taken meanwhile is told, and changes nothing', async (t) => {
  const blog = await openBlog(t);
  const { person, visitor } = await blog.signedIn();
  await blog.change(visitor, person, 'wanted@example.com');
  const token = await blog.linkTo('wanted@example.com');
  const json = { username: 'Faster', email: 'wanted@example.com', password: 'long enough' };
  assert.equal((await blog.client.api('POST', '/api/users', { json })).status, 201);
  const refused = await blog.confirm(token);
  assert.deepEqual([refused.status, summaryOf(refused)], [400, 'Email already registered']);
  assert.ok(await blog.canLogIn(person.email, person.password));
});

test('what the owner does meanwhile ends the link', async (t) => {
  const blog = await openBlog(t);
  const { client, server } = blog;
  const ends: Record<string, (person: Person, visitor: Visitor) => Promise<unknown>> = {
    'a new password': (who) =>
      client.api('PATCH', '/api/users/me/password', {
        token: who.token,
        json: { current_password: who.password, new_password: 'another password' },
      }),
    'a reset of the password': async ({ email }) => {
      await client.api('POST', '/api/users/forgot-password', { json: { email } });
      const [, mail = ''] = await blog.mailsTo(email, 2);
      const token = /reset-password\?token=([\w-]+)/.exec(mail)?.[1];
      const json = { token, new_password: 'another password' };
      await client.api('POST', '/api/users/reset-password', { json });
    },
    'another address by the API': (who) =>
      client.api('PATCH', `/api/users/${who.id}`, {
        token: who.token,
        json: { email: `by-api${who.id}@example.com` },
      }),
    'the button beside it': async (_, visitor) => {
      const kept = await visitor.post('/account/email/cancel');
      assert.equal(statusOf(await visitor.follow(kept)), 'Your email stays as it is.');
      assert.ok(!(await visitor.get('/account')).text.includes('A link was mailed'));
    },
    'another change': async (who, visitor) => {
      const other = `other${who.id}@example.com`;
      await blog.change(visitor, who, other);
      await blog.linkTo(other);
    },
    'the end of the account': (who) =>
      client.api('DELETE', `/api/users/${who.id}`, { token: who.token }),
    time: ({ id }) =>
      server.context.db
        .updateTable('email_changes')
        .set({ expires_at: 1 })
        .where('user_id', '=', id)
        .execute(),
  };
  for (const [what, end] of Object.entries(ends)) {
    const { person, visitor } = await blog.signedIn();
    const next = `ended${person.id}@example.com`;
    await blog.change(visitor, person, next);
    const token = await blog.linkTo(next);
    await end(person, visitor);
    const refused = await blog.confirm(token);
    assert.deepEqual([refused.status, summaryOf(refused)], [400, INVALID], what);
    assert.ok(!(await blog.canLogIn(next, person.password)), what);
  }
});

test('of ten uses of one link at once one succeeds, and of two links to one address, too', async (t) => {
  const blog = await openBlog(t);
  const { person, visitor } = await blog.signedIn();
  await blog.change(visitor, person, 'once@example.com');
  const token = await blog.linkTo('once@example.com');
  const uses = await Promise.all(Array.from({ length: 10 }, () => blog.confirm(token)));
  const statuses = uses.map(({ status }) => status).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [303, ...Array.from({ length: 9 }, () => 400)]);

  const tokens: string[] = [];
  for (const count of [1, 2]) {
    const one = await blog.signedIn();
    await blog.change(one.visitor, one.person, 'shared@example.com');
    tokens.push(await blog.linkTo('shared@example.com', count));
  }
  const both = await Promise.all(tokens.map((one) => blog.confirm(one)));
  assert.deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 400],
  );
});

test('a mail that is sent again brings another link, and the one before it is dead', async (t) => {
  const blog = await openBlog(t);
  const { person, visitor } = await blog.signedIn();
  await blog.change(visitor, person, 'again@example.com');
  const first = await blog.linkTo('again@example.com');
  const mail = await writeEmailChangeMail(blog.server.context, person.id);
  assert.equal(mail?.to, 'again@example.com');
  const second = /token=([\w-]+)/.exec(mail.text)?.[1] ?? '';
  assert.equal((await blog.confirm(first)).status, 400);
  assert.equal((await blog.confirm(second)).status, 303);
  assert.equal(await writeEmailChangeMail(blog.server.context, person.id), undefined);
});

test('a password that was verified before it changed starts no change of address', async (t) => {
  const blog = await openBlog(t);
  const { context } = blog.server;
  const person = await blog.client.person();
  const before = await getUser(context, person.id);
  const start = () =>
    updateProfile(
      context,
      before,
      { email: 'thief@example.com' },
      { password: person.password, address: '192.0.2.1' },
    );
  await context.db
    .updateTable('users')
    .set({ token_version: before.token_version + 1 })
    .where('id', '=', person.id)
    .execute();
  await assert.rejects(start(), /Current password is incorrect/);
  assert.deepEqual(await context.db.selectFrom('email_changes').selectAll().execute(), []);
  assert.deepEqual(await context.db.selectFrom('mails').selectAll().execute(), []);
});

test('ten changes an hour, and ten wrong passwords in a quarter of one', async (t) => {
  const blog = await openBlog(t, { variables: { RATE_LIMITS: 'on' } });
  const { person, visitor } = await blog.signedIn();
  for (let n = 0; n < 10; n++) {
    const asked = await blog.change(visitor, person, `many${n}@example.com`);
    assert.equal(asked.status, 303);
  }
  assert.equal((await blog.change(visitor, person, 'many@example.com')).status, 429);

  const other = await blog.signedIn();
  const wrong = { ...other.person, password: 'wrong' };
  for (let n = 0; n < 10; n++) {
    assert.equal((await blog.change(other.visitor, wrong, 'guess@example.com')).status, 400);
  }
  assert.equal((await blog.change(other.visitor, other.person, 'guess@example.com')).status, 429);
  const gone = await other.visitor.post('/account/delete', {
    current_password: other.person.password,
  });
  assert.equal(gone.status, 429, 'guesses count together');
});

test('a stranger’s name does not bring a link to the address they claim', async (t) => {
  const blog = await openBlog(t);
  const name = 'Win at prize.example';
  const { person, visitor } = await blog.signedIn(await blog.client.person(name));
  await blog.change(visitor, person, 'victim@example.com');
  for (const email of ['victim@example.com', person.email]) {
    const [mail = ''] = await blog.mailsTo(email);
    assert.match(mail, /^Hi there,$/m);
    assert.doesNotMatch(mail, /prize/);
  }
});

test('without a mail server the address changes at once, and the outbox has a mail to the old one', async (t) => {
  const blog = await openBlog(t, { mail: false });
  const { dataDir } = blog.server;
  const { person, visitor } = await blog.signedIn();
  await blog.client.api('POST', '/api/users/forgot-password', { json: { email: person.email } });
  const reset = await resetToken(dataDir, person.email);
  const refused = await visitor.post('/account', {
    username: person.username,
    email: 'atonce@example.com',
  });
  assert.deepEqual(Object.keys(errorsOf(refused)), ['profile_password']);
  const changed = await blog.change(visitor, person, 'atonce@example.com');
  assert.equal(changed.location, '/account?done=profile');
  assert.equal(valuesOf(await visitor.follow(changed))['email'], 'atonce@example.com');
  assert.ok(await blog.canLogIn('atonce@example.com', person.password));
  const notice = await until('the notice', async () =>
    (await mails(dataDir)).find((mail) => mail.includes('Was Changed')),
  );
  assert.match(notice, new RegExp(`^To: ${person.email}$`, 'm'));
  assert.doesNotMatch(notice, /atonce@example\.com|token=/);
  const json = { token: reset, new_password: 'somebody else’s' };
  const late = await blog.client.api('POST', '/api/users/reset-password', { json });
  assert.equal(late.status, 400);
  const row = await getUser(blog.server.context, person.id);
  assert.equal(row.email_confirmed_at, null);
});

test('the API changes the address as its contract says: without the password, a mail or a wait', async (t) => {
  const blog = await openBlog(t);
  const { id, token, password } = await blog.client.person();
  const json = { email: 'contract@example.com' };
  const answer = await blog.client.api('PATCH', `/api/users/${id}`, { token, json });
  assert.deepEqual([answer.status, answer.body['email']], [200, json.email]);
  assert.ok(await blog.canLogIn(json.email, password));
  assert.deepEqual(await blog.server.context.db.selectFrom('mails').selectAll().execute(), []);
});
