import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { getUser } from '../../../src/users/users.service.ts';
import { assertUnauthorized } from '../../support/client.ts';
import { mails, resetToken } from '../../support/servers/outbox.ts';
import { openMailingBlog } from '../../support/flows/mailing-blog.ts';
import { until } from '../../support/until.ts';
import {
  createVisitor,
  errorsOf,
  focusOf,
  statusOf,
  summaryOf,
  titleOf,
  valuesOf,
} from '../../support/visitor.ts';

const INVALID = 'Invalid or expired link';
const SENT =
  'A link was mailed to your new email. Open it to confirm the change; until then the old one stays.';

test('a new address needs the password, is confirmed by a button, and the old one is told', async (t) => {
  const blog = await openMailingBlog(t);
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
  const blog = await openMailingBlog(t);
  const { person, visitor } = await blog.signedIn();
  for (const email of [person.email, person.email.toUpperCase()]) {
    const sent = await visitor.post('/account', { username: `Only ${email}`, email });
    assert.equal(sent.location, '/account?done=profile');
  }
  assert.deepEqual(await blog.server.context.db.selectFrom('mails').selectAll().execute(), []);
  assert.equal(blog.received.length, 0);
});

test('name and address may change at once; the name does at once', async (t) => {
  const blog = await openMailingBlog(t);
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
  const blog = await openMailingBlog(t);
  const { person, visitor } = await blog.signedIn();
  await blog.change(visitor, person, 'wanted@example.com');
  const token = await blog.linkTo('wanted@example.com');
  const json = { username: 'Faster', email: 'wanted@example.com', password: 'long enough' };
  assert.equal((await blog.client.api('POST', '/api/users', { json })).status, 201);
  const refused = await blog.confirm(token);
  assert.deepEqual([refused.status, summaryOf(refused)], [400, 'Email already registered']);
  assert.ok(await blog.canLogIn(person.email, person.password));
});

test('ten changes an hour, and ten wrong passwords in a quarter of one', async (t) => {
  const blog = await openMailingBlog(t, { variables: { RATE_LIMITS: 'on' } });
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

test('without a mail server the address changes at once, and the outbox has a mail to the old one', async (t) => {
  const blog = await openMailingBlog(t, { mail: false });
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
  const blog = await openMailingBlog(t);
  const { id, token, password } = await blog.client.person();
  const json = { email: 'contract@example.com' };
  const answer = await blog.client.api('PATCH', `/api/users/${id}`, { token, json });
  assert.deepEqual([answer.status, answer.body['email']], [200, json.email]);
  assert.ok(await blog.canLogIn(json.email, password));
  assert.deepEqual(await blog.server.context.db.selectFrom('mails').selectAll().execute(), []);
});
