import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAccount } from '../../../src/auth/viewer.ts';
import { invite, revokeInvitation } from '../../../src/invitations/invitations.service.ts';
import { mergeTag, renameTag } from '../../../src/tags/edit-tags.service.ts';
import { findTag } from '../../../src/tags/tags.store.ts';
import { getSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { head, openRaw } from '../../support/servers/raw.ts';

const { server, client, someone } = await openBlog();
const { context } = server;
const { db } = context;

test('whoever loses the role in this moment invites nobody, and renames and merges no tag', async () => {
  const { person } = await someone('editor');
  const writer = await client.person();
  for (const tag of ['soup', 'bread']) {
    const json = { title: tag, content: 'Text', tags: [tag] };
    await client.api('POST', '/api/posts', { token: writer.token, json });
  }
  const terms = { role: 'member', note: '', uses: 1, days: 1 } as const;
  const invitations = () => db.selectFrom('invitations').select(['id', 'revoked_at']).execute();
  const tags = () => db.selectFrom('tags').select('name').orderBy('name').execute();
  // As the request found it, before the role ended.
  const actor = (await findAccount(context, person.id)) ?? assert.fail('no account');
  await invite(context, actor, terms);
  const [there] = await invitations();
  const soup = (await findTag(db, 'soup')) ?? assert.fail('no tag');
  const [was, named] = [await invitations(), await tags()];

  const role = (to: 'member' | 'editor') =>
    db.updateTable('users').set({ role: to }).where('id', '=', person.id).execute();
  const acts = [
    () => invite(context, actor, terms),
    () => revokeInvitation(context, actor, there?.id ?? 0),
    () => renameTag(context, actor, soup, 'stew'),
    () => mergeTag(context, actor, soup, 'bread'),
  ];
  await role('member');
  for (const act of acts) await assert.rejects(act(), { status: 403 });
  assert.deepEqual([await invitations(), await tags()], [was, named]);
  await role('editor');
  for (const act of acts) await act();
});

test('settings that were on the way when the role ended change nothing', async () => {
  const { person, browser } = await someone('owner');
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const body = Buffer.from(new URLSearchParams({ tagline: 'From the third lock' }).toString());
  const connection = openRaw(server.url);
  const request = head('POST /admin/settings', {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': body.length,
    Cookie: cookie,
    // The answer to it shows that the server has found the account.
    Expect: '100-continue',
  });
  await connection.write(request);
  await connection.interim;
  await db.updateTable('users').set({ role: 'editor' }).where('id', '=', person.id).execute();
  await connection.write(body);
  assert.equal((await connection.answer).status, 403);
  assert.equal(await getSetting(context, 'tagline'), '');
});
