import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { UserRow } from '../../../src/db/schema.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { micros } from '../../../src/db/time.ts';
import { openBlog } from '../../support/blog.ts';
import { createClient } from '../../support/client.ts';
import { mediaVariables } from '../../support/pictures/media.ts';
import { addMembersPicture } from '../../support/pictures/members-picture.ts';
import { startServer } from '../../support/server.ts';
import { watchSteps } from '../../support/steps.ts';
import { signToken } from '../../support/jwt.ts';
import { copyOf, someone, SECRET_KEY, type Someone } from '../people.ts';

/** The servers' clock stands still unless a test moves it. */
const time = { now: Date.now() };
const clock = () => time.now;

const { server, client, someone: account } = await openBlog({ SECRET_KEY }, {}, { clock });
const { database } = server.context.config;
const { db } = server.context;
/** Another node, with the same database and pictures. */
const other = await startServer(
  {
    DATABASE_URL: database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url,
    DATA_DIR: server.dataDir,
    ...(await mediaVariables(server.dataDir)),
    SECRET_KEY,
  },
  {},
  { clock },
);
after(() => other.stop());
const nodes = [server, other].map(({ url }) => createClient(url));

const model = await someone(server, client);
const author = await someone(server, client);
const { browser: editor } = await account('editor');

type Headers = Record<string, string>;
const credentials = ({ cookie, token }: Someone): Headers[] => [
  { cookie },
  { authorization: `Bearer ${token}` },
  { cookie, authorization: `Bearer ${token}` },
];

/** The statuses of a picture at both nodes, for each way in which somebody may ask. */
async function statuses(path: string, ways: Headers[]): Promise<number[]> {
  const found: number[] = [];
  for (const { api } of nodes) {
    for (const headers of ways) found.push((await api('GET', path, { headers })).status);
  }
  return found;
}

/** Whether the picture comes from the cache: nobody looks who may fetch it. */
async function isCached(path: string, headers: Headers = {}): Promise<boolean> {
  let asked = 0;
  const stop = await watchSteps((step) => {
    if (step.includes('"post_pictures"')) asked += 1;
  });
  const { status } = await client.api('GET', path, { headers });
  stop();
  assert.equal(status, 200);
  return asked === 0;
}

const changeAccount = ({ id }: Someone, change: Partial<UserRow>) =>
  db.updateTable('users').set(change).where('id', '=', id).execute();

const hide = (post: number) => editor.post(`/posts/${post}/moderate/hide`, { reason: 'x' });

interface Place {
  member: Someone;
  picture: Awaited<ReturnType<typeof addMembersPicture>>;
}

/** What takes a picture from a member who could fetch it. */
const ENDINGS: Record<string, (place: Place) => Promise<unknown>> = {
  'is suspended': ({ member }) => changeAccount(member, { state: 'suspended' }),
  'has to wait again': ({ member }) => changeAccount(member, { state: 'waiting' }),
  'is removed': ({ member }) =>
    client.api('DELETE', `/api/users/${member.id}`, { token: member.token }),
  'wants a picture that an editor hides': ({ picture }) => hide(picture.post),
  'wants a picture of a post that is unpublished': ({ picture }) =>
    author.browser.post(`/posts/${picture.post}/unpublish`),
  'wants a picture of a post that is deleted': ({ picture }) =>
    client.api('DELETE', `/api/posts/${picture.post}`, { token: author.token }),
  'wants a picture that its post no longer shows': ({ picture }) =>
    client.api('PATCH', `/api/posts/${picture.post}`, {
      token: author.token,
      json: { content: 'No view' },
    }),
};

for (const [what, end] of Object.entries(ENDINGS)) {
  test(`the next request of a member who ${what} is refused at both nodes`, async () => {
    const member = await copyOf(server, model);
    const picture = await addMembersPicture(client, author);
    const ways = credentials(member);
    for (const _ of [1, 2])
      assert.deepEqual(new Set(await statuses(picture.path, ways)), new Set([200]));
    for (const headers of ways) assert.ok(await isCached(picture.path, headers), 'it was cached');
    await end({ member, picture });
    assert.deepEqual(new Set(await statuses(picture.path, ways)), new Set([404]));
  });
}

test('an editor who is one no longer is refused what was hidden, its author is not', async () => {
  const member = await copyOf(server, model);
  await changeAccount(member, { role: 'editor' });
  const { path, post } = await addMembersPicture(client, author);
  assert.equal((await hide(post)).status, 303);
  const ways = credentials(member);
  for (const _ of [1, 2]) assert.deepEqual(new Set(await statuses(path, ways)), new Set([200]));
  await changeAccount(member, { role: 'member' });
  assert.deepEqual(new Set(await statuses(path, ways)), new Set([404]));
  assert.deepEqual(new Set(await statuses(path, credentials(author))), new Set([200]));
});

test('a picture that nothing shows ends for its owner with the request that deletes it', async () => {
  const { path, id, post } = await addMembersPicture(client, author);
  await client.api('DELETE', `/api/posts/${post}`, { token: author.token });
  for (const headers of credentials(author)) {
    await isCached(path, headers);
    assert.ok(await isCached(path, headers));
  }
  const { access } = (await db.dataVersion.current()) ?? assert.fail();
  await db.deleteFrom('picture_uses').where('picture_id', '=', id).execute();
  await db.deleteFrom('post_pictures').where('id', '=', id).execute();
  assert.ok(((await db.dataVersion.current())?.access ?? 0) > access);
  assert.deepEqual(new Set(await statuses(path, credentials(author))), new Set([404]));
});

test('nobody is sent what was cached for another, and who may not fetch it is never cached', async () => {
  const { path } = await addMembersPicture(client, author);
  const member = await copyOf(server, model);
  for (const headers of credentials(member)) {
    await isCached(path, headers);
    assert.ok(await isCached(path, headers));
  }
  const waiting = await copyOf(server, model);
  await changeAccount(waiting, { state: 'waiting' });
  const forged = { cookie: `${member.cookie}x`, authorization: `Bearer ${member.token}x` };
  const refused = [{}, ...credentials(waiting), forged, { cookie: 'session=' }];
  for (const _ of [1, 2]) {
    assert.deepEqual(new Set(await statuses(path, refused)), new Set([404]));
  }
  const tag = { 'if-none-match': '*' };
  assert.equal((await client.api('GET', path, { headers: { ...forged, ...tag } })).status, 404);
});

test('a cached picture is sent whole, in part, as its head, or not at all to those who have it', async () => {
  const { path } = await addMembersPicture(client, author);
  const { cookie } = await copyOf(server, model);
  const ask = async (method: string, more: Headers = {}) => {
    const got = await fetch(server.url + path, { method, headers: { cookie, ...more } });
    const headers = Object.fromEntries([...got.headers].filter(([name]) => name !== 'date'));
    return { status: got.status, headers, bytes: Buffer.from(await got.arrayBuffer()) };
  };
  const first = await ask('GET');
  assert.ok(await isCached(path, { cookie }));
  const second = await ask('GET');
  assert.deepEqual(second, first);
  assert.equal(first.headers['cache-control'], 'private, max-age=3600');
  assert.equal(first.headers['vary'], 'Cookie, Authorization');
  const { etag = '' } = first.headers;
  const had = await ask('GET', { 'if-none-match': etag });
  assert.deepEqual([had.status, had.bytes.length], [304, 0]);
  assert.equal(had.headers['cache-control'], 'private, max-age=3600');
  const part = await ask('GET', { range: 'bytes=2-5' });
  assert.equal(part.status, 206);
  assert.deepEqual(part.bytes, first.bytes.subarray(2, 6));
  const head = await ask('HEAD');
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
  assert.equal(head.headers['content-length'], String(first.bytes.length));
});

test('a picture ends with its viewer’s session or token by the clock, and does not prolong it', async () => {
  const { path } = await addMembersPicture(client, author);
  const member = await copyOf(server, model);
  const life = 30;
  const exp = Math.floor(clock() / 1000) + life;
  const token = signToken(SECRET_KEY, { sub: String(member.id), exp });
  const twoHours = 2 * 60 * 60 * 1_000_000;
  const times = { last_seen_at: micros(clock) - twoHours, expires_at: exp * 1_000_000 };
  await db.updateTable('sessions').set(times).where('user_id', '=', member.id).execute();
  const ways = [{ cookie: member.cookie }, { authorization: `Bearer ${token}` }];
  for (const headers of ways) {
    await isCached(path, headers);
    assert.ok(await isCached(path, headers));
  }
  const sessions = db.selectFrom('sessions').select(['last_seen_at', 'expires_at']);
  const kept = await sessions.where('user_id', '=', member.id).execute();
  assert.partialDeepStrictEqual(kept, [times]);
  time.now += life * 1000;
  assert.deepEqual(new Set(await statuses(path, ways)), new Set([404]));
});

test('a picture is cached for everybody while everybody may fetch it', async () => {
  const { path, post } = await addMembersPicture(client, author);
  const member = await copyOf(server, model);
  const [byCookie] = credentials(member) as [Headers];
  const open = (audience: string) =>
    client.api('PATCH', `/api/posts/${post}`, { token: author.token, json: { audience } });
  const caching = async (headers: Headers = {}) => {
    const answer = await client.api('GET', path, { headers });
    return answer.status === 200 ? answer.headers.get('cache-control') : answer.status;
  };
  assert.equal(await caching(byCookie), 'private, max-age=3600');
  await open('blog');
  for (const headers of [{}, byCookie]) {
    assert.equal(await caching(headers), 'public, max-age=3600');
    assert.ok(await isCached(path, headers));
  }
  await open('members');
  assert.equal(await caching(), 404);
  assert.equal(await caching(byCookie), 'private, max-age=3600');
  await open('blog');
  assert.equal(await caching(), 'public, max-age=3600');
  await changeSetting(server.context, 'readers', 'members');
  assert.equal(await caching(), 404);
  for (const _ of [1, 2]) assert.equal(await caching(byCookie), 'private, max-age=3600');
  await changeSetting(server.context, 'readers', 'everyone');
  assert.equal(await caching(byCookie), 'public, max-age=3600');
});
