import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Updateable } from 'kysely';
import type { Schema } from '../../../src/db/schema.ts';
import { openBlog } from '../../support/blog.ts';
import { assertError, assertUnauthorized, type Person } from '../../support/client.ts';
import { multipart, MULTIPART } from '../../support/multipart.ts';
import { createVisitor, summaryOf, valuesOf } from '../../support/visitor.ts';
import { plain } from '../../support/pictures.ts';

let now = Date.now();
const { server, client } = await openBlog({}, {}, { clock: () => now });
const text = { title: 'Soup', content: 'Leek and potato' };

async function change({ id }: { id: number }, to: Updateable<Schema['users']>): Promise<void> {
  await server.context.db.updateTable('users').set(to).where('id', '=', id).execute();
}

test('a new account is an active member', async () => {
  const { id } = await client.person();
  const { db } = server.context;
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  assert.deepEqual([row?.role, row?.state], ['member', 'active']);
});

for (const [who, as] of [
  ['a reader', { role: 'reader' }],
  ['somebody who waits for approval', { state: 'waiting' }],
] as const) {
  test(`${who} may not create posts, and keeps what was written`, async () => {
    const ann = await client.person();
    const browser = createVisitor(server.url);
    await browser.signIn(ann);
    await change(ann, as);
    const { token } = ann;
    const refused = await client.api('POST', '/api/posts', { token, json: text });
    assertError(refused, 403, 'Not authorized to create posts');
    const invalid = await client.api('POST', '/api/posts', { token, json: {} });
    assert.equal(invalid.status, 422);
    const posted = await browser.post('/posts/new', text);
    assert.equal(posted.status, 403);
    assert.match(summaryOf(posted), /Not authorized to create posts/);
    assert.deepEqual(
      [valuesOf(posted)['title'], valuesOf(posted)['content']],
      [text.title, text.content],
    );
    assert.doesNotMatch((await browser.get('/')).text, /href="\/posts\/new"/);
    const { total } = (await client.api<{ total: number }>('GET', `/api/users/${ann.id}/posts`))
      .body;
    assert.equal(total, 0);
  });
}

test('a reader who wrote before may change and delete those posts', async () => {
  const ann = await client.person();
  const { id } = await client.post(ann.token);
  await change(ann, { role: 'reader' });
  const edit = { token: ann.token, json: { title: 'Stew' } };
  assert.equal((await client.api('PATCH', `/api/posts/${id}`, edit)).status, 200);
  assert.equal((await client.api('DELETE', `/api/posts/${id}`, { token: ann.token })).status, 204);
});

test('a suspended account: its session and tokens end; a login is told so, if the password is right', async () => {
  const ann = await client.person();
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  assert.equal((await browser.get('/account')).status, 200);
  const until = Date.UTC(2030, 2, 7, 14, 5) * 1000;
  await change(ann, {
    state: 'suspended',
    suspended_until: until,
    state_reason: 'Advertising <b>soap</b>',
  });

  assert.equal((await browser.get('/account')).location, '/login?next=%2Faccount');
  const me = await client.api('GET', '/api/users/me', { token: ann.token });
  assertUnauthorized(me, 'Invalid or expired token');
  assertError(await client.login(ann.email, ann.password), 403, 'Account suspended');
  const wrong = await client.login(ann.email, 'not the password');
  assertUnauthorized(wrong, 'Incorrect email or password');

  const page = await browser.post('/login', { username: ann.email, password: ann.password });
  assert.equal(page.status, 403);
  assert.equal(
    summaryOf(page),
    'Your account is suspended until March 7, 2030 at 14:05 UTC. The reason: Advertising <b>soap</b>',
  );
  const guess = await browser.post('/login', { username: ann.email, password: 'not it' });
  assert.equal(guess.status, 401);
  assert.doesNotMatch(guess.text, /suspended/);
});

test('a suspension ends by itself', async () => {
  const ann = await client.person();
  const end = now * 1000 + 60_000_000;
  await change(ann, { state: 'suspended', suspended_until: end, state_reason: 'noise' });
  now += 59_999;
  assert.equal((await client.login(ann.email, ann.password)).status, 403);
  now += 1;
  assert.equal((await client.login(ann.email, ann.password)).status, 200);
  const bob = await client.person();
  await change(bob, { state: 'suspended' });
  now += 1000 * 24 * 60 * 60 * 1000;
  assert.equal((await client.login(bob.email, bob.password)).status, 403);
});

test('a picture on its way when the account is suspended is refused, and no file stays', async () => {
  const ann = await client.person();
  await suspendDuring(ann, async () => {
    const data = await plain('#123456').png().toBuffer();
    const answer = await client.api('PATCH', `/api/users/${ann.id}/picture`, {
      token: ann.token,
      body: multipart([{ name: 'file', filename: 'me.png', data }]),
      headers: MULTIPART,
    });
    assertError(answer, 403, 'Account suspended');
  });
  const { db } = server.context;
  const rows = await db.selectFrom('pictures').selectAll().where('user_id', '=', ann.id).execute();
  assert.deepEqual(rows, []);
});

/** Suspends her right when her picture's row has been added, which is after the token was checked. */
async function suspendDuring(ann: Person, request: () => Promise<void>): Promise<void> {
  const { media } = server.context;
  const write = media.write.bind(media);
  media.write = async (...file) => {
    await change(ann, { state: 'suspended' });
    return write(...file);
  };
  try {
    await request();
  } finally {
    media.write = write;
  }
}
