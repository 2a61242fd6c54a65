import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mails, resetToken } from '../../../support/servers/outbox.ts';
import { openBlog } from '../../../support/blog.ts';
import {
  createVisitor,
  errorsOf,
  statusOf,
  summaryOf,
  valuesOf,
} from '../../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');

const SENT =
  'If an account exists with this email, its reset link now waits for you with the host: this site sends no e-mail.';
const both = (password: string) => ({ new_password: password, confirm_password: password });

test('without a mail server the page says that no mail will come', async () => {
  const page = await createVisitor(server.url).get('/forgot-password');
  assert.match(page.text, /This site has no mail server/);
});

test('a request for a link gets the same answer, whether the account exists or not', async () => {
  const visitor = createVisitor(server.url);
  const [known, unknown] = [
    await visitor.post('/forgot-password', { email: ann.email }),
    await visitor.post('/forgot-password', { email: 'nobody@example.com' }),
  ];
  for (const answer of [known, unknown]) {
    assert.equal(answer.location, '/forgot-password?done=reset-sent');
    assert.equal(statusOf(await visitor.follow(answer)), SENT);
  }
  const wrong = await visitor.post('/forgot-password', { email: 'nobody' });
  assert.equal(wrong.status, 422);
  assert.match(errorsOf(wrong)['email'] ?? '', /not a valid e-mail address/);
  assert.equal(valuesOf(wrong)['email'], 'nobody');
  await resetToken(server.dataDir, ann.email);
  assert.ok(!(await mails(server.dataDir)).some((mail) => mail.includes('nobody@')));
});

test('a dead link says so before a password is typed', async () => {
  const visitor = createVisitor(server.url);
  const dead = await visitor.get('/reset-password?token=unknown');
  assert.equal(dead.status, 200);
  assert.match(dead.text, /This link does not work any more/);
  assert.doesNotMatch(dead.text, /type="password"/);
  assert.match((await visitor.get('/reset-password')).text, /type="password"/);
});

test('a reset link sets a new password once, and ends every session and token', async () => {
  const bob = await client.person('Bob');
  const [here, elsewhere] = [createVisitor(server.url), createVisitor(server.url)];
  await here.signIn(bob);
  await elsewhere.signIn(bob);
  await here.post('/forgot-password', { email: bob.email });
  const token = await resetToken(server.dataDir, bob.email);
  const form = await here.get(`/reset-password?token=${token}`);
  assert.equal(valuesOf(form)['token'], token);

  for (const [fields, errors] of [
    [both('short'), { new_password: 'Must be at least 8 characters.' }],
    [
      { ...both('another password'), confirm_password: 'x' },
      { confirm_password: 'Passwords do not match.' },
    ],
  ] as const) {
    const refused = await here.post('/reset-password', { token, ...fields });
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), errors);
    assert.equal(valuesOf(refused)['token'], token, 'the link still works');
    assert.doesNotMatch(refused.text, /another password/);
  }

  const done = await here.post('/reset-password', { token, ...both('another password') });
  assert.equal(done.location, '/login?done=reset');
  const words = 'Password reset successfully. You can now log in with your new password.';
  assert.equal(statusOf(await here.follow(done)), words);
  for (const visitor of [here, elsewhere]) {
    assert.equal((await visitor.get('/account')).status, 303);
  }
  const me = await client.api('GET', '/api/users/me', { token: bob.token });
  assert.equal(me.status, 401);
  const old = await here.post('/login', { username: bob.email, password: bob.password });
  assert.equal(old.status, 401);
  await here.signIn({ email: bob.email, password: 'another password' });

  const again = await here.post('/reset-password', { token, ...both('a third password') });
  assert.deepEqual([again.status, summaryOf(again)], [400, 'Invalid or expired reset token']);
  assert.equal((await here.get('/account')).status, 200);
});

test('an unknown or damaged link says so', async () => {
  const visitor = createVisitor(server.url);
  for (const token of ['unknown', '', ' ', '"><script>', 'x'.repeat(10_000)]) {
    const page = await visitor.post('/reset-password', { token, ...both('a long password') });
    assert.ok([400, 422].includes(page.status), token);
    assert.match(summaryOf(page), /./, token.slice(0, 20));
  }
});

test('a link without its token says so', async () => {
  const page = await createVisitor(server.url).post('/reset-password', both('a long password'));
  assert.equal(page.status, 422);
  assert.match(summaryOf(page), /./);
});
