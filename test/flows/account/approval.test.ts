import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAccount } from '../../../src/auth/viewer.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { decide } from '../../../src/users/approval.service.ts';
import { openBlog } from '../../support/blog.ts';
import { createClient } from '../../support/client.ts';
import { smtpServer } from '../../support/servers/smtp-server.ts';
import { until } from '../../support/until.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';

const { server, someone } = await openBlog();
const { db } = server.context;
const { browser: editor } = await someone('editor');
await changeSetting(server.context, 'registration', 'approval');

let count = 0;
const fields = () => {
  const name = `guest${(count += 1)}`;
  const password = `password of ${name}`;
  return { username: name, email: `${name}@example.com`, password };
};

test('with `approval` a new account waits, reads why, and an editor lets it in', async () => {
  const given = fields();
  const browser = createVisitor(server.url);
  assert.match((await browser.get('/register')).text, /New accounts are approved/);
  assert.equal((await browser.post('/register', given)).status, 303);
  const login = await browser.post('/login', { username: given.email, password: given.password });
  assert.equal(login.location, '/waiting?done=login');
  assert.match(
    (await browser.get('/waiting')).text,
    /look at every new one before you can write here/,
  );
  assert.equal((await browser.get('/posts/new')).status, 403);

  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('username', '=', given.username)
    .executeTakeFirstOrThrow();
  assert.equal(row.state, 'waiting');
  assert.match((await editor.get('/admin')).text, /1 account waits for approval/);
  assert.match(
    (await editor.get('/admin/waiting')).text,
    new RegExp(`Approve <bdi>${given.username}`),
  );
  const path = `/admin/people/${row.id}`;
  const declined = await editor.follow(
    await editor.post(`${path}/decline`, { reason: 'Who are you?' }),
  );
  assert.equal(statusOf(declined), 'The account was not approved.');
  assert.match((await browser.get('/waiting')).text, /Who are you\?/);
  const approved = await editor.follow(await editor.post(`${path}/approve`));
  assert.equal(statusOf(approved), 'The account was approved.');
  assert.equal((await browser.get('/posts/new')).status, 200);
  assert.equal((await browser.get('/waiting')).status, 303);
  assert.equal((await editor.post(`${path}/approve`)).status, 404);
});

test('whoever waits for approval of a blog for members learns that they cannot read yet', async () => {
  const given = fields();
  const browser = createVisitor(server.url);
  await browser.post('/register', given);
  await browser.post('/login', { username: given.email, password: given.password });
  const open = await browser.get('/waiting');
  assert.match(open.text, /Until then you can read, choose .*sends no mail,.*Read the blog/s);
  await changeSetting(server.context, 'readers', 'members');
  try {
    for (const path of ['/waiting', '/', '/posts/1']) {
      const { status, text } = await browser.get(path);
      assert.equal(status, path === '/waiting' ? 200 : 403);
      assert.match(text, /<h1>Waiting for approval<\/h1>.*before you can read and write here/s);
      assert.match(
        text,
        /Until then you can choose .*<a class="btn btn-primary" href="\/account">/s,
      );
      assert.doesNotMatch(text, /Oops|Read the blog|href="\/notices"/);
    }
    const written = await browser.post('/posts/1/comments', { content: 'What I wrote' });
    assert.equal(written.status, 403);
    assert.match(written.text, /Oops.*<textarea[^>]*>\s*What I wrote.*href="\/waiting"/s);
  } finally {
    await changeSetting(server.context, 'readers', 'everyone');
  }
});

test('with mail on, the decision is mailed in the same words', async (t) => {
  const { port, received } = await smtpServer(t);
  await using mailing = await startServer({
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: String(port),
    REGISTRATION: 'approval',
  });
  const there = createClient(mailing.url);
  const [guest, runs] = [await there.register(), await there.register()];
  const all = mailing.context.db.updateTable('users');
  await all.set({ role: 'editor', state: 'active' }).where('id', '=', runs.id).execute();
  const actor = await findAccount(mailing.context, runs.id);
  assert.ok(actor);
  const declined = 'Who are you?\nDo we know you?';
  await decide(mailing.context, { actor, id: guest.id, declined });
  await until('the first mail', async () => received[0]);
  assert.deepEqual(received[0]?.to, [guest.email]);
  assert.match(received[0]?.mail ?? '', /was not approved\..*Who are you\?\s+Do we know you\?/s);
  await decide(mailing.context, { actor, id: guest.id });
  await until('the second mail', async () => received[1]);
  assert.match(received[1]?.mail ?? '', /was approved\..*http:\/\/localhost:8000\/login/s);
});
