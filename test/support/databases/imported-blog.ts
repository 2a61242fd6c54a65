import assert from 'node:assert/strict';
import type { Page, Post, User } from '../client.ts';
import { serveHere } from '../server.ts';
import { PASSWORD } from './original-blog.ts';
import { verifyPostCountsOf } from './post-counts.ts';
import { type Place, verifyLedger } from '../processes/trouble.ts';

/** The command that imports such a blog. `more`: further options. */
export const importing = (database: string, media: string, ...more: string[]) => [
  'import',
  '--database',
  database,
  '--media',
  media,
  ...more,
];

/**
 * Asserts that the imported SOUND blog answers by the contract, and that nothing else is stored a
 * day later.
 */
export async function verifyTaken(place: Place): Promise<void> {
  const server = await serveHere(place);
  const login = await server.login('ANN@example.com', PASSWORD);
  assert.equal(login.status, 200, login.text);
  const { body: page } = await server.api<Page>('GET', '/api/posts');
  assert.deepEqual(
    page.posts.map(({ id, user_id, date_posted, title }) => ({ id, user_id, date_posted, title })),
    [
      { id: 8, user_id: 9, date_posted: '2026-03-08T10:00:00.000000Z', title: 'Two 🎈' },
      { id: 3, user_id: 2, date_posted: '2026-03-07T09:05:00.123456Z', title: 'One' },
    ],
  );
  for (const [id, name] of [
    [2, 'ann'],
    [5, 'Bob Ångström'],
    [9, 'eve'],
  ] as const) {
    const { body } = await server.api<User>('GET', `/api/users/${id}`);
    assert.equal(body.username, name);
    assert.equal(body.image_file === null, id === 5);
    assert.equal((await server.api('GET', body.image_path)).status, 200);
  }
  assert.equal((await server.register('a newcomer')).id, 10);
  const { body: post } = await server.api<Post>('POST', '/api/posts', {
    token: login.body.access_token,
    json: { title: 'New', content: 'Text' },
  });
  assert.equal(post.id, 9);
  await server.stop();
  assert.equal(await verifyPostCountsOf(place.dataDir), 3);
  await verifyLedger(place.dataDir, { hours: 25 });
}
