import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { UserRow } from '../../../src/db/schema.ts';
import { newOwnerLink } from '../../../src/users/owner-link.service.ts';
import { changeRole } from '../../../src/users/roles.service.ts';
import { openBlog } from '../../support/blog.ts';
import { errorsOf, textOf, valuesOf } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;

beforeEach(async () => {
  await db.updateTable('users').set({ role: 'member', state: 'active' }).execute();
});

async function owners(): Promise<number[]> {
  const found = await db.selectFrom('users').select('id').where('role', '=', 'owner').execute();
  return found.map(({ id }) => id);
}

test('of two owners who demote each other at once, one stays', async () => {
  for (let round = 0; round < 10; round++) {
    await db.updateTable('users').set({ role: 'member' }).execute();
    const pair = [(await client.register()).id, (await client.register()).id];
    await db.updateTable('users').set({ role: 'owner' }).where('id', 'in', pair).execute();
    const rows = await db.selectFrom('users').selectAll().where('id', 'in', pair).execute();
    const [ann, bob] = rows as [UserRow, UserRow];
    const results = await Promise.allSettled([
      changeRole(server.context, { actor: ann, id: bob.id, role: 'member' }),
      changeRole(server.context, { actor: bob, id: ann.id, role: 'member' }),
    ]);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal((await owners()).length, 1);
  }
});

test('the only owner who deletes the account is asked to name another', async () => {
  const { person, browser } = await someone('owner');
  const next = await client.person('Nell Ó Briain');
  const page = await browser.get('/account/delete');
  assert.ok('successor' in valuesOf(page));
  const fields = { current_password: person.password };
  const asked = await browser.post('/account/delete', fields);
  assert.equal(asked.status, 400);
  assert.match(errorsOf(asked)['successor'] ?? '', /^You are the only owner\./);
  const unknown = await browser.post('/account/delete', { ...fields, successor: 'nobody' });
  assert.equal(errorsOf(unknown)['successor'], 'No active account has this name.');
  const own = await browser.post('/account/delete', { ...fields, successor: person.username });
  assert.equal(errorsOf(own)['successor'], 'No active account has this name.');
  assert.equal((await browser.get('/account')).status, 200, 'still signed in');
  const done = await browser.post('/account/delete', { ...fields, successor: 'NELL ó briain' });
  assert.equal(done.status, 303);
  assert.deepEqual(await owners(), [next.id]);
  assert.equal((await client.api('GET', `/api/users/${person.id}`)).status, 404);
});

test('a blog is left without an owner only if that is said, or by the API', async () => {
  const { person, browser } = await someone('owner');
  const fields = { current_password: person.password, no_owner: 'yes' };
  assert.equal((await browser.post('/account/delete', fields)).status, 303);
  const { person: ann } = await someone('owner');
  assert.equal(await newOwnerLink(server.context), undefined);
  const removed = await client.api('DELETE', `/api/users/${ann.id}`, { token: ann.token });
  assert.equal(removed.status, 204);
  assert.ok(await newOwnerLink(server.context));
});

test('nobody else is asked', async () => {
  const { person, browser } = await someone('member');
  assert.ok(!('successor' in valuesOf(await browser.get('/account/delete'))));
  assert.equal(textOf(await browser.get('/account/delete'), 'successor-note'), '');
  const deleted = await browser.post('/account/delete', { current_password: person.password });
  assert.equal(deleted.status, 303);
});
