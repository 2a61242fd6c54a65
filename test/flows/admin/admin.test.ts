import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { findAccount } from '../../../src/auth/viewer.ts';
import { openBlog } from '../../support/blog.ts';
import {
  createVisitor,
  errorsOf,
  statusOf,
  summaryOf,
  titleOf,
  valuesOf,
  type Visitor,
} from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;

const people: { owner?: Visitor; editor?: Visitor } = {};
before(async () => {
  people.owner = (await someone('owner', 'Olga')).browser;
  people.editor = (await someone('editor', 'Edgar')).browser;
});
const owner = () => people.owner as Visitor;
const editor = () => people.editor as Visitor;
const account = (id: number) => findAccount(server.context, id);

test('the navigation leads owners and editors to the admin pages, and nobody else', async () => {
  const { browser: member } = await someone('member');
  for (const browser of [owner(), editor()]) {
    assert.match((await browser.get('/')).text, /<a href="\/admin">Admin</);
  }
  for (const browser of [member, createVisitor(server.url)]) {
    assert.doesNotMatch((await browser.get('/')).text, /href="\/admin"/);
  }
  assert.match((await owner().get('/admin')).text, /href="\/admin\/settings"/);
  assert.doesNotMatch((await editor().get('/admin')).text, /href="\/admin\/settings"/);
});

test('people are found by the beginning of their name, in any case', async () => {
  await client.person('Zoë Zebra');
  const found = await editor().get('/admin/people?find=zO%C3%8B');
  assert.match(found.text, /<bdi>Zoë Zebra<\/bdi>/);
  assert.doesNotMatch(found.text, /<ul class="people">.*Edgar/s);
  assert.match(
    (await editor().get('/admin/people?find=nobody')).text,
    /Nobody has a name like that/,
  );
  assert.match((await editor().get('/admin/people?before=x&find=a&find=b')).text, /Olga/);
});

test('all people are on one page or another, once', async () => {
  const row = (n: number) => ({
    username: `many ${n}`,
    username_key: `many ${n}`,
    email: `many${n}@example.com`,
    email_key: `many${n}@example.com`,
    password_hash: '-',
    password_changed_at: null,
    picture_key: null,
    created_at: 1,
    email_confirmed_at: null,
  });
  await db
    .insertInto('users')
    .values(Array.from({ length: 120 }, (_, n) => row(n)))
    .execute();
  const seen: string[] = [];
  let path: string | undefined = '/admin/people';
  for (; path !== undefined;) {
    const page = await editor().get(path);
    seen.push(
      ...[...page.text.matchAll(/href="\/admin\/people\/(\d+)"/g)].map(([, id = '']) => id),
    );
    path = /rel="next" href="([^"]+)"/.exec(page.text)?.[1];
  }
  const all = await db.selectFrom('users').select('id').orderBy('id', 'desc').execute();
  assert.deepEqual(
    seen,
    all.map(({ id }) => String(id)),
  );
});

test('an owner changes roles; the only owner keeps it', async () => {
  const { person: ann } = await someone('member', 'Ann');
  const done = await owner().follow(
    await owner().post(`/admin/people/${ann.id}/role`, { role: 'editor' }),
  );
  assert.equal(statusOf(done), 'The role was changed.');
  assert.equal((await account(ann.id))?.role, 'editor');
  const { id } = await db
    .selectFrom('users')
    .select('id')
    .where('username', '=', 'Olga')
    .executeTakeFirstOrThrow();
  const last = await owner().post(`/admin/people/${id}/role`, { role: 'member' });
  assert.equal(last.status, 400);
  assert.match(summaryOf(last), /Olga is the only owner/);
  const unknown = await owner().post(`/admin/people/${ann.id}/role`, { role: 'king' });
  assert.equal(unknown.status, 422);
  assert.match((await owner().get('/admin/log')).text, /role changed.*Ann.*member → editor/s);
});

test('an editor suspends a member: both read the same words; the suspension can be ended', async () => {
  const { person: bob, browser } = await someone('member', 'Bob <b>');
  const path = `/admin/people/${bob.id}`;
  const reason = 'Advertising "soap" & <i>more</i>';
  const without = await editor().post(`${path}/suspend`, { days: '7', reason: '' });
  assert.deepEqual(errorsOf(without), { reason: 'Please fill in this field.' });
  const odd = await editor().post(`${path}/suspend`, { days: '3', reason });
  assert.equal(odd.status, 422);
  assert.equal(valuesOf(odd)['reason'], reason, 'what was typed is kept');
  const done = await editor().follow(await editor().post(`${path}/suspend`, { days: '7', reason }));
  assert.equal(statusOf(done), 'The account is suspended.');
  assert.match(
    done.text,
    /Suspended until .*The reason: Advertising &quot;soap&quot; &amp; &lt;i&gt;/s,
  );
  assert.equal((await browser.get('/account')).status, 303);
  const login = await browser.post('/login', { username: bob.email, password: bob.password });
  assert.match(summaryOf(login), /suspended until .*The reason: Advertising "soap" & <i>more<\/i>/);
  const { browser: member } = await someone('member');
  assert.match(
    (await member.get('/admin/log')).text,
    /Edgar.*suspended.*Bob &lt;b&gt;.*Advertising/s,
  );

  assert.equal((await editor().post(`${path}/restore`)).status, 303);
  assert.equal((await browser.get('/account')).status, 303, 'the old session stays ended');
  const me = await client.api('GET', '/api/users/me', { token: bob.token });
  assert.equal(me.status, 401, 'and so does the old token');
  assert.equal((await client.login(bob.email, bob.password)).status, 200);
  const again = await editor().post(`${path}/restore`);
  assert.equal(again.status, 400);
  assert.match(again.text, /is not suspended/);
});

test('nobody acts on an equal or higher role', async () => {
  const { person: other } = await someone('editor', 'Other editor');
  const { id: olga } = await db
    .selectFrom('users')
    .select('id')
    .where('username', '=', 'Olga')
    .executeTakeFirstOrThrow();
  const fields = { days: '1', reason: 'x' };
  for (const id of [other.id, olga]) {
    for (const action of ['suspend', 'delete', 'restore', 'role', 'reset-link']) {
      const { status } = await editor().post(`/admin/people/${id}/${action}`, {
        ...fields,
        role: 'reader',
      });
      assert.equal(status, 403, `${action} of ${id}`);
    }
    const page = await editor().get(`/admin/people/${id}`);
    assert.doesNotMatch(page.text, /<form[^>]*action="\/admin\/people\/\d/);
  }
  for (const action of ['suspend', 'delete', 'reset-link']) {
    const { status } = await owner().post(`/admin/people/${olga}/${action}`, fields);
    assert.equal(status, 403, `${action} of oneself`);
  }
  assert.equal((await account(olga))?.state, 'active');
});

test('a reset link is shown once, works once, and is logged', async () => {
  const { person: cid } = await someone('member', 'Cid');
  const answer = await owner().post(`/admin/people/${cid.id}/reset-link`);
  assert.equal(answer.headers.get('cache-control'), 'private, no-store');
  const token = /reset-password\?token=([\w-]+)/.exec(answer.text)?.[1] ?? '';
  const json = { token, new_password: 'chosen by Cid' };
  const reset = () => client.api('POST', '/api/users/reset-password', { json });
  assert.deepEqual([(await reset()).status, (await reset()).status], [200, 400]);
  assert.doesNotMatch((await owner().get(`/admin/people/${cid.id}`)).text, /reset-password\?/);
  assert.match((await owner().get('/admin/log')).text, /reset link made.*Cid/s);
});

test('an account is deleted after a question; the log keeps what was done, without its reasons', async () => {
  const { person: dora } = await someone('member', 'Dora');
  const { id: post } = await client.post(dora.token);
  const path = `/admin/people/${dora.id}`;
  await editor().post(`${path}/suspend`, { days: '', reason: 'a reason about Dora' });
  const asked = await editor().get(`${path}/delete`);
  assert.equal(titleOf(asked), 'Masthead - Delete Dora');
  assert.match(asked.text, /1 post, 0 comments/);
  assert.ok(await account(dora.id), 'the question deletes nothing');
  assert.equal((await editor().post(`${path}/delete`)).status, 303);
  assert.equal((await client.api('GET', `/api/posts/${post}`)).status, 404);
  const log = await editor().get('/admin/log');
  assert.match(log.text, /Edgar<\/bdi><\/strong>: everything removed, <strong>a deleted account/);
  assert.doesNotMatch(log.text, /about Dora/);
  assert.equal((await editor().get(path)).status, 404);
});
