import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDatabase } from '../../../src/db/heartbeat.ts';
import { RECENT_MS } from '../../../src/db/data-version.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { SessionRow } from '../../../src/db/schema.ts';
import { micros } from '../../../src/db/time.ts';
import { openBlog } from '../../support/blog.ts';
import { signToken } from '../../support/jwt.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { watchSteps } from '../../support/steps.ts';
import { createVisitor, type Visitor } from '../../support/visitor.ts';

const SECRET_KEY = 'the key of these tests, which is long enough';
const MINUTE = 60_000;
/** The server's clock stands still unless a test moves it, so nothing expires on a slow machine. */
const time = { now: Date.now() };
const clock = () => time.now;

const { server, client } = await openBlog({ SECRET_KEY }, {}, { clock });
const { db } = server.context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const { id: postId } = await client.post(ann.token, 'By Ann');
const browser = createVisitor(server.url);
await browser.signIn(ann);
const cookie = cookieOf(browser);

function cookieOf({ cookies }: Visitor): string {
  return [...cookies].map((pair) => pair.join('=')).join('; ');
}

/** Whether the answer came from the cache: posts were not queried with their authors, as only requests do. */
async function isHit(path: string, headers: Record<string, string> = {}): Promise<boolean> {
  let asked = 0;
  const stop = await watchSteps((step) => {
    if (step.includes('"posts"') && step.includes('"users"')) asked++;
  });
  const { status, text } = await client.api('GET', path, { headers });
  stop();
  assert.equal(status, 200, text);
  return asked === 0;
}

type Asked = [string, Record<string, string>];
const ANONYMOUS: Asked[] = [
  ['/', {}],
  [`/posts/${postId}`, { cookie: 'theme=dark' }],
  ['/api/posts', {}],
  [`/api/posts/${postId}`, { cookie }],
];
const VERIFIED: Asked[] = [
  ['/', { cookie }],
  [`/posts/${postId}`, { cookie }],
  ['/api/posts', { authorization: `Bearer ${ann.token}` }],
  [`/api/posts/${postId}`, { authorization: `bearer ${ann.token}` }],
];

async function warm(asked: Asked[]): Promise<void> {
  for (const [path, headers] of asked) {
    await isHit(path, headers);
    assert.ok(await isHit(path, headers), `${path} is cached`);
  }
}

/** A browser with the newest of all sessions. */
const login = async () => {
  time.now += 1;
  const visitor = createVisitor(server.url);
  await visitor.signIn(ann);
  return visitor;
};

async function changeNewestSession(change: Partial<SessionRow>): Promise<void> {
  await db
    .updateTable('sessions')
    .set(change)
    .where('created_at', '=', (row) =>
      row.selectFrom('sessions').select(({ fn }) => fn.max('created_at').as('newest')),
    )
    .execute();
}

/** Changes that no reader sees. */
const UNSEEN: Record<string, () => Promise<unknown>> = {
  'a health probe': () => checkDatabase(db, micros(clock)),
  'another login': login,
  'a login in vain': () => client.login(ann.email, 'wrong'),
  'a use of a session': async () => {
    const { cookies, get } = await login();
    const last_seen_at = micros(clock) - 2 * 60 * MINUTE * 1000;
    await changeNewestSession({ last_seen_at });
    cookies.set('other', 'a cookie');
    const { headers } = await get('/');
    assert.ok(headers.has('set-cookie'), 'it is written');
  },
  'a reset mail': () =>
    client.api('POST', '/api/users/forgot-password', { json: { email: ann.email } }),
  'an upload that is refused': async () => {
    const { status } = await client.api('PATCH', `/api/users/${ann.id}/picture`, {
      token: ann.token,
      headers: MULTIPART,
      body: fileBody(Buffer.from('no picture')),
    });
    assert.equal(status, 400);
  },
  'a row of the ledger': async () => {
    const row = { key: 'a key', user_id: ann.id, created_at: 1, due_at: null };
    await db
      .insertInto('pictures')
      .values({ ...row, state: 'live' })
      .execute();
    await db
      .updateTable('pictures')
      .set({ state: 'doomed', due_at: micros(clock) })
      .execute();
  },
};

for (const [what, happen] of Object.entries(UNSEEN)) {
  test(`${what} drops nothing from the cache`, async () => {
    await warm([...ANONYMOUS, ...VERIFIED]);
    await happen();
    for (const [path, headers] of [...ANONYMOUS, ...VERIFIED]) {
      assert.ok(await isHit(path, headers), `${path} ${JSON.stringify(headers)}`);
    }
  });
}

/** Changes that only a user sees, or that concern what a session or token may do. */
const OWN: Record<string, () => Promise<unknown>> = {
  'a logout': async () => (await login()).post('/logout'),
  'a change of password': () =>
    client.api('PATCH', '/api/users/me/password', {
      token: bob.token,
      json: { current_password: bob.password, new_password: 'a new password' },
    }),
  'another address': async () => {
    const { body } = await client.login(bob.email, 'a new password');
    const json = { email: 'robert@example.com' };
    return client.api('PATCH', `/api/users/${bob.id}`, { token: body.access_token, json });
  },
};

for (const [what, happen] of Object.entries(OWN)) {
  test(`${what} drops what was shown to sessions and tokens, and nothing else`, async () => {
    await warm([...ANONYMOUS, ...VERIFIED]);
    await happen();
    for (const [path, headers] of ANONYMOUS) assert.ok(await isHit(path, headers), path);
    for (const [path, headers] of VERIFIED) assert.ok(!(await isHit(path, headers)), path);
  });
}

/** Changes that any reader may see. */
const SEEN: Record<string, () => Promise<unknown>> = {
  'a post': () => client.post(ann.token, 'Another'),
  'a text': () =>
    client.api('PATCH', `/api/posts/${postId}`, { token: ann.token, json: { content: 'New' } }),
  'a face': async () =>
    client.api('PATCH', `/api/users/${ann.id}/picture`, {
      token: ann.token,
      headers: MULTIPART,
      body: fileBody(await photo({ width: 40, height: 40 })),
    }),
  'a removed face': () =>
    client.api('DELETE', `/api/users/${ann.id}/picture`, { token: ann.token }),
  'what another process writes': async () => {
    await using other = await openDatabase(server.context.config.database);
    await other.updateTable('posts').set({ title: 'By hand' }).execute();
    // Node's timers may fire up to a millisecond early.
    await sleep(RECENT_MS + 1);
  },
};

for (const [what, happen] of Object.entries(SEEN)) {
  test(`${what} drops all that was shown`, async () => {
    const different = [ANONYMOUS[0], ANONYMOUS[2], ...VERIFIED].filter((one) => one !== undefined);
    await warm(different);
    await happen();
    for (const [path, headers] of different) assert.ok(!(await isHit(path, headers)), path);
  });
}

test('a token or session that is not good never reads a cached response, nor leaves one', async () => {
  const exp = Math.floor(clock() / 1000) + 600;
  const gone = await client.person('Gone');
  const ended = await login();
  const endedCookie = cookieOf(ended);
  assert.equal((await ended.post('/logout')).status, 303);
  await client.api('DELETE', `/api/users/${gone.id}`, { token: gone.token });
  const bad: Asked[] = [
    ...[
      'Bearer x',
      'Bearer ',
      '',
      'Basic YTpi',
      `Bearer ${ann.token}x`,
      `Bearer ${gone.token}`,
      `Bearer ${bob.token}`,
      `Bearer ${signToken('another key', { sub: String(ann.id), exp })}`,
      `Bearer ${signToken(SECRET_KEY, { sub: String(ann.id), exp: exp - 1200 })}`,
    ].map((authorization): Asked => ['/api/posts', { authorization }]),
    ...['session=x', endedCookie, `${cookie}x`].map((one): Asked => ['/', { cookie: one }]),
  ];
  const expected = new Map<string, string>();
  await warm([...ANONYMOUS, ...VERIFIED]);
  for (const path of ['/', '/api/posts']) expected.set(path, (await client.api('GET', path)).text);
  for (const [path, headers] of bad) {
    for (const _ of [1, 2]) assert.ok(!(await isHit(path, headers)), JSON.stringify(headers));
    const { text } = await client.api('GET', path, { headers });
    assert.equal(text, expected.get(path), 'as to anybody');
  }
});

test('what a token or a session was shown ends with it, by the clock', async () => {
  const life = 30;
  const exp = Math.floor(clock() / 1000) + life;
  const token = signToken(SECRET_KEY, { sub: String(ann.id), exp });
  const short = await login();
  await changeNewestSession({ expires_at: exp * 1_000_000 });
  const asked: Asked[] = [
    ['/api/posts', { authorization: `Bearer ${token}` }],
    ['/', { cookie: cookieOf(short) }],
  ];
  await warm(asked);
  const everyone: Asked[] = [['/api/posts', {}]];
  await warm(everyone);
  // Short enough that no response is too old by itself.
  time.now += life * 1000;
  for (const [path, headers] of asked) assert.ok(!(await isHit(path, headers)), path);
  for (const [path, headers] of everyone) assert.ok(await isHit(path, headers), path);
  assert.doesNotMatch((await short.get('/')).text, /\/account/);
});
