import assert from 'node:assert/strict';
import { test } from 'node:test';
import { updateProfile, writeEmailChangeMail } from '../../../src/users/email-change.service.ts';
import { getUser } from '../../../src/users/users.service.ts';
import { type Person } from '../../support/client.ts';
import { openMailingBlog } from '../../support/flows/mailing-blog.ts';
import { statusOf, summaryOf, type Visitor } from '../../support/visitor.ts';

const INVALID = 'Invalid or expired link';

test('what the owner does meanwhile ends the link', async (t) => {
  const blog = await openMailingBlog(t);
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
  const blog = await openMailingBlog(t);
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
  const blog = await openMailingBlog(t);
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
  const blog = await openMailingBlog(t);
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

test('a stranger’s name does not bring a link to the address they claim', async (t) => {
  const blog = await openMailingBlog(t);
  const name = 'Win at prize.example';
  const { person, visitor } = await blog.signedIn(await blog.client.person(name));
  await blog.change(visitor, person, 'victim@example.com');
  for (const email of ['victim@example.com', person.email]) {
    const [mail = ''] = await blog.mailsTo(email);
    assert.match(mail, /^Hi there,$/m);
    assert.doesNotMatch(mail, /prize/);
  }
});
