import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createUser } from '../../../src/users/users.service.ts';
import type { Role } from '../../../src/db/schema.ts';
import { createClient } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { startServer } from '../../support/server.ts';
import { smtpServer } from '../../support/servers/smtp-server.ts';
import { until } from '../../support/until.ts';
import { createVisitor, errorsOf, statusOf, valuesOf } from '../../support/visitor.ts';

async function openBlog(t: TestContext, variables: Record<string, string> = {}) {
  const server = await startServer(variables);
  t.after(() => server.stop());
  let count = 0;
  const someone = async (role: Role) => {
    const name = `${role}${++count}`;
    const account = { username: name, email: `${name}@example.com`, password: 'correct horse' };
    const { id } = await createUser(server.context, account, { first: async () => ({ role }) });
    const browser = createVisitor(server.url);
    await browser.signIn(account);
    return { ...account, id, browser };
  };
  return { server, client: createClient(server.url), someone };
}

/** What the overview says of this. */
const fact = ({ text }: { text: string }, name: string) =>
  new RegExp(`<dt>${name}</dt><dd>([^<]*)</dd>`).exec(text)?.[1];

test('owners see what the blog takes, counted from its rows', async (t) => {
  const { server, client, someone } = await openBlog(t);
  const [owner, editor] = [await someone('owner'), await someone('editor')];
  const ann = await client.person();
  assert.equal(fact(await owner.browser.get('/admin'), 'Picture files'), '0 MB');
  const body = fileBody(await photo({ width: 2400, height: 1800, noise: 40 }));
  const sent = { token: ann.token, body, headers: MULTIPART };
  await client.api('PATCH', `/api/users/${ann.id}/picture`, sent);
  await client.api('POST', '/api/pictures', sent);
  const { db, media } = server.context;
  const sizes = await Promise.all(
    (await mediaFiles(server.dataDir)).map(async (key) => (await media.read(key))?.length ?? 0),
  );
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
  const page = await owner.browser.get('/admin');
  assert.ok(megabytes > 0.5);
  assert.equal(fact(page, 'Picture files'), `${megabytes.toFixed(1)} MB`);
  assert.match(fact(page, 'Database') ?? '', /^[\d.,]+ MB$/);
  assert.doesNotMatch(page.text, /older picture/);
  const forEditors = await editor.browser.get('/admin');
  assert.equal(fact(forEditors, 'Posts'), '0');
  assert.equal(fact(forEditors, 'Database'), undefined);
  assert.doesNotMatch(forEditors.text, /Check the setup/);
  // A face from before sizes were recorded.
  await db.updateTable('pictures').set({ bytes: null }).execute();
  assert.match((await owner.browser.get('/admin')).text, /Without 1 older picture, whose size is/);
});

test('an owner has the whole setup checked, with what is wrong first', async (t) => {
  const { server, someone } = await openBlog(t, { FRONTEND_URL: 'http://127.0.0.1:1' });
  const [owner, editor] = [await someone('owner'), await someone('editor')];
  const checks = await Promise.all([1, 2].map(() => owner.browser.post('/admin/check')));
  for (const { status, text } of checks) {
    assert.equal(status, 200);
    assert.match(text, /<p role="status">1 problem, \d warnings?<\/p>/);
    // Nothing listens at the public address.
    assert.match(text, /<ul class="findings">\s*<li[^>]*><strong>Problem<\/strong> FRONTEND_URL/);
    assert.match(text, /<strong>Fine<\/strong> [^<]*answers, is up to date and can be written/);
    assert.match(text, /<strong>Fine<\/strong> Pictures can be written, read and deleted/);
  }
  assert.equal((await editor.browser.post('/admin/check')).status, 403);
  // The server's own connection to the database is as before.
  assert.equal((await owner.browser.get('/admin')).status, 200);
  assert.equal((await fetch(`${server.url}/health`)).status, 200);
});

const NOTE = /An owner made a reset link for your account on <time [^>]*>[A-Z][a-z]+ \d+, \d{4}</;

test('who got a reset link from an owner is told at the next login, until they have read it', async (t) => {
  const { someone, server } = await openBlog(t);
  const [owner, ann] = [await someone('owner'), await someone('member')];
  assert.doesNotMatch((await ann.browser.get('/')).text, NOTE);
  const made = await owner.browser.post(`/admin/people/${ann.id}/reset-link`);
  const [, token = ''] = /reset-password\?token=([\w-]+)/.exec(made.text) ?? [];
  const password = 'another horse';
  const fields = { token, new_password: password, confirm_password: password };
  assert.equal((await ann.browser.post('/reset-password', fields)).status, 303);
  const again = createVisitor(server.url);
  await again.signIn({ email: ann.email, password });
  const page = await again.get('/people');
  assert.match(page.text, NOTE);
  assert.doesNotMatch((await owner.browser.get('/')).text, NOTE);
  assert.doesNotMatch((await createVisitor(server.url).get('/people')).text, NOTE);
  const read = await again.post('/account/reset-note', { next: valuesOf(page)['next'] ?? '' });
  assert.deepEqual([read.status, read.location], [303, '/people']);
  assert.doesNotMatch((await again.get('/people')).text, NOTE);
  const elsewhere = await again.post('/account/reset-note', { next: 'https://evil.example/' });
  assert.equal(elsewhere.location, '/');
});

const TERMS = { role: 'reader', uses: '1', days: '7', note: 'for the choir' };

test('an invitation can be mailed; both links are the same invitation', async (t) => {
  const { port, received } = await smtpServer(t);
  const { someone, server } = await openBlog(t, {
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: String(port),
    MAIL_USE_TLS: 'false',
  });
  const editor = await someone('editor');
  const form = await editor.browser.get('/admin/invitations');
  assert.match(form.text, /Mail it to/);
  const wrong = await editor.browser.post('/admin/invitations', { ...TERMS, 'mail-to': 'bob@' });
  assert.equal(wrong.status, 422);
  assert.deepEqual(Object.keys(errorsOf(wrong)), ['mail-to']);
  assert.equal(valuesOf(wrong)['note'], 'for the choir');

  const address = 'bob@example.com';
  const made = await editor.browser.post('/admin/invitations', { ...TERMS, 'mail-to': address });
  assert.equal(made.status, 200, made.text);
  assert.match(made.text, /mailed to bob@example\.com/);
  const link = /\/join\/([\w-]+)/;
  const [, shown = ''] = link.exec(made.text) ?? [];
  const { mail, to } = await until('the invitation', async () => received[0]);
  assert.deepEqual(to, [address]);
  assert.match(mail, /editor1 invites you to Masthead/);
  assert.doesNotMatch(mail, /for the choir/);
  const [, mailed = ''] = link.exec(mail) ?? [];
  assert.ok(mailed !== '' && mailed !== shown);

  const { db } = server.context;
  const stored = await db.selectFrom('invitations').selectAll().executeTakeFirstOrThrow();
  assert.ok(!JSON.stringify(stored).includes(mailed), 'only its hash is stored');
  const guest = createVisitor(server.url);
  for (const token of [shown, mailed]) {
    assert.equal((await guest.get(`/join/${token}`)).status, 200);
  }
  const joined = await guest.post(`/join/${mailed}`, {
    username: 'Bob',
    email: address,
    password: 'correct horse battery',
    confirm_password: 'correct horse battery',
  });
  assert.equal(joined.status, 303, joined.text);
  // It was for one.
  for (const token of [shown, mailed]) {
    assert.equal((await guest.get(`/join/${token}`)).status, 404);
  }
  assert.match((await editor.browser.get('/admin/invitations')).text, /Used by .*Bob/s);
  assert.equal(statusOf(await editor.browser.get('/admin/invitations')), '');
});

test('an invitation that was ended before its mail was written is not mailed', async (t) => {
  const { server, someone } = await openBlog(t);
  const { writeInvitationMail } = await import('../../../src/invitations/invitations.service.ts');
  const editor = await someone('editor');
  const address = 'bob@example.com';
  const { db } = server.context;
  await editor.browser.post('/admin/invitations', TERMS);
  const to = { userId: editor.id, address };
  assert.equal(await writeInvitationMail(server.context, to), undefined);
  await db.updateTable('invitations').set({ mailed_to: address }).execute();
  assert.equal((await writeInvitationMail(server.context, to))?.to, address);
  const { id } = await db.selectFrom('invitations').select('id').executeTakeFirstOrThrow();
  await editor.browser.post(`/admin/invitations/${id}/revoke`);
  assert.equal(await writeInvitationMail(server.context, to), undefined);
});

test('where mail is off, nothing is offered to be mailed', async (t) => {
  const { someone } = await openBlog(t);
  const { browser } = await someone('editor');
  assert.doesNotMatch((await browser.get('/admin/invitations')).text, /Mail it to/);
  const refused = await browser.post('/admin/invitations', {
    ...TERMS,
    'mail-to': 'b@example.com',
  });
  assert.equal(refused.status, 422);
});
