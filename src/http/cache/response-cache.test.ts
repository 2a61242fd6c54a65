import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'node:net';
import type { Versions } from '../../db/data-version.ts';
import { until } from '../../../test/support/until.ts';
import { weakTag } from './etag.ts';
import { counting } from '../../../test/support/servers/counting-app.ts';

const ANONYMOUS: [string, Record<string, string>][] = [
  ['/page', {}],
  ['/page', { cookie: 'theme=dark' }],
  ['/api/page', {}],
  ['/api/page', { cookie: 'session=ann' }],
  ['/media/page', {}],
  ['/media/page', { cookie: 'session=ann' }],
];
const VERIFIED: [string, Record<string, string>][] = [
  ['/page', { cookie: 'session=ann' }],
  ['/page', { cookie: 'session=bob' }],
  ['/api/page', { authorization: 'Bearer ann' }],
  ['/api/page', { authorization: 'Bearer bob' }],
  ['/media/page?members', { cookie: 'session=ann' }],
  ['/media/page?members', { authorization: 'Bearer ann' }],
  ['/media/page?members', { cookie: 'session=bob', authorization: 'Bearer ann' }],
];
const UNVERIFIED: [string, Record<string, string>][] = [
  ['/page', { cookie: 'session=gone' }],
  ['/page', { cookie: '__Host-session=gone' }],
  ['/api/page', { authorization: 'Bearer x' }],
  ['/api/page', { authorization: 'Basic YTpi' }],
  ['/api/page', { authorization: '' }],
  ['/media/page?members', {}],
  ['/media/page?members', { cookie: 'session=gone' }],
  ['/media/page?members', { cookie: 'session=gone', authorization: 'Bearer x' }],
];

test('a response is made once and sent again until what it shows changes', async (t) => {
  const { versions, get } = await counting(t);
  const first = await get('/page');
  const again = await get('/page');
  assert.deepEqual([first.text, again.text], ['1', '1']);
  assert.deepEqual(again.headers, first.headers);
  versions.now = { content: 2, access: 1 };
  assert.equal((await get('/page')).text, '2');
  versions.now = Promise.resolve({ content: 3, access: 1 });
  assert.equal((await get('/page')).text, '3');
  assert.equal((await get('/page')).text, '3');
});

test('a change of access drops what a session or token was shown, a change of content all', async (t) => {
  const { versions, get, isCached } = await counting(t);
  const all = [...ANONYMOUS, ...VERIFIED];
  for (const [path, headers] of all) await get(path, headers);
  for (const [path, headers] of all) assert.ok(await isCached(path, headers), path);
  versions.now = { content: 1, access: 2 };
  for (const [path, headers] of ANONYMOUS) assert.ok(await isCached(path, headers), path);
  for (const [path, headers] of VERIFIED) assert.ok(!(await isCached(path, headers)), path);
  for (const [path, headers] of all) assert.ok(await isCached(path, headers), path);
  versions.now = { content: 2, access: 2 };
  for (const [path, headers] of VERIFIED) assert.ok(!(await isCached(path, headers)), path);
  for (const path of ['/page', '/api/page', '/media/page'])
    assert.ok(!(await isCached(path)), path);
});

test('what was made for a session or token that is not good is never sent again, nor anything else to it', async (t) => {
  const { get, isCached } = await counting(t);
  for (const [path, headers] of [...ANONYMOUS, ...VERIFIED]) await get(path, headers);
  for (const [path, headers] of UNVERIFIED) {
    for (const _ of [1, 2]) assert.ok(!(await isCached(path, headers)), JSON.stringify(headers));
  }
  for (const [path, headers] of [...ANONYMOUS, ...VERIFIED]) {
    assert.ok(await isCached(path, headers), 'and the others keep theirs');
  }
});

test('a change of a person’s own state drops only what shows it, for that person', async (t) => {
  const { state, get, isCached } = await counting(t);
  const all = [...ANONYMOUS, ...VERIFIED];
  for (const [path, headers] of all) await get(path, headers);
  for (const own of ['another', new Error('away')]) {
    state.own = own;
    for (const [path, headers] of all) {
      const shown = path === '/page' && headers['cookie']?.startsWith('session') === true;
      assert.equal(await isCached(path, headers), !shown, `${path} ${JSON.stringify(headers)}`);
    }
  }
  state.own = 'another';
  for (const [path, headers] of all) await get(path, headers);
  for (const [path, headers] of all) assert.ok(await isCached(path, headers), path);
});

test('nothing is cached by a route that is asked at an address unlike its own', async (t) => {
  const { get, isCached } = await counting(t);
  for (const headers of [{}, { authorization: 'Bearer ann' }]) {
    await get('/elsewhere', headers);
    assert.ok(!(await isCached('/elsewhere', headers)));
  }
});

test('whoever has a session or a token, or was led here by a form, is shown nothing that is only recent', async (t) => {
  const { versions, get } = await counting(t);
  const asked: [string, Record<string, string>][] = [
    ...VERIFIED,
    ['/page?done=logout', {}],
    ['/page', {}],
    ['/page', { cookie: 'theme=dark' }],
  ];
  for (const [path, headers] of asked) {
    versions.now = { content: 1, access: 1 };
    versions.recent = undefined;
    const { text } = await get(path, headers);
    assert.equal((await get(path, headers)).text, text);
    versions.now = { content: 2, access: 1 };
    versions.recent = { content: 1, access: 1 };
    const shownAgain = (await get(path, headers)).text === text;
    const anonymous = path === '/page' && headers['cookie']?.includes('session') !== true;
    assert.equal(shownAgain, anonymous, path);
  }
});

test('what differs in path, query, encoding or viewer is another response', async (t) => {
  const { get, state } = await counting(t);
  const asked: [string, Record<string, string>][] = [
    ['/page', {}],
    ['/page?a=1', {}],
    ['/page', { 'accept-encoding': 'br' }],
    ['/api/page', {}],
    // The bytes of a file are the same for everybody.
    ...VERIFIED.filter(([path]) => !path.startsWith('/media/')),
  ];
  for (const round of [1, 2]) {
    for (const [index, [path, headers]] of asked.entries())
      assert.equal((await get(path, headers)).text, String(index + 1), `round ${round}`);
  }
  assert.equal(state.made, asked.length);
});

test('a response that changed while it was made, sets a cookie or is not a 200 is not cached', async (t) => {
  const { get, state } = await counting(t);
  for (const path of ['/never', '/page?set=a=b', '/page?status=404']) {
    const before = state.made;
    await get(path);
    await get(path);
    assert.equal(state.made, before + 2, path);
  }
  // Something is written, and another asks, before this response is sent.
  const before = state.made;
  await get('/page?write');
  assert.equal(state.made, before + 2);
  await get('/page?write');
  assert.equal(state.made, before + 4);
});

test('a response is sent no longer than its session lasts, nor longer than a minute', async (t) => {
  const { get, state } = await counting(t);
  assert.equal((await get('/page')).text, '1');
  state.time += 499;
  assert.equal((await get('/page')).text, '1');
  state.time += 1;
  assert.equal((await get('/page')).text, '2');
});

test('whoever has the response already is told so, cached or not', async (t) => {
  const { get, state } = await counting(t);
  const had = { 'if-none-match': weakTag('x') };
  for (const _ of [1, 2]) {
    const { status, text, headers } = await get('/page', had);
    assert.deepEqual([status, text], [304, '']);
    assert.equal(headers.get('etag'), weakTag('x'));
    assert.equal(headers.get('content-type'), undefined);
  }
  assert.equal((await get('/page')).text, '1');
  assert.equal(state.made, 1);
});

test('while the database does not answer, and once told to stop, nothing is stored or sent', async (t) => {
  const { get, versions, stop } = await counting(t);
  assert.equal((await get('/page')).text, '1');
  const away = Promise.reject<Versions>(new Error('away'));
  away.catch(() => {});
  versions.now = away;
  assert.equal((await get('/page')).text, '2');
  versions.now = undefined;
  assert.equal((await get('/page')).text, '3');
  assert.equal((await get('/page')).text, '4');
  versions.now = { content: 1, access: 1 };
  assert.equal((await get('/page')).text, '1');
  stop();
  assert.equal((await get('/page')).text, '5');
});

test('memory is bounded: the longest unused go, the largest are not cached', async (t) => {
  const { get, state } = await counting(t);
  const large = 400_000;
  for (let i = 0; i < 60; i++) await get(`/page?i=${i}&bytes=${large}`);
  assert.equal(state.made, 60);
  await get(`/page?i=59&bytes=${large}`);
  assert.equal(state.made, 60);
  await get(`/page?i=0&bytes=${large}`);
  assert.equal(state.made, 61);
  await get('/page?bytes=600000');
  await get('/page?bytes=600000');
  assert.equal(state.made, 63);
});

test('the bytes of a file are kept once, for however many people', async (t) => {
  const { isCached, state } = await counting(t);
  const path = '/media/page?members&bytes=400000';
  const people = Array.from({ length: 60 }, (_, n) => ({
    cookie: 'session=ann',
    authorization: `n ${n}`,
  }));
  for (const headers of people) assert.ok(!(await isCached(path, headers)));
  for (const headers of people) assert.ok(await isCached(path, headers));
  // Other files take its place.
  for (let i = 0; i < 60; i++) await isCached(`/media/${i}?bytes=400000`);
  const before = state.made;
  assert.ok(!(await isCached(path, people[0])));
  assert.equal(state.made, before + 1);
  assert.ok(await isCached(path, people[1]), 'the file is back');
});

test('each hit is told of, also one that is not read to its end', async (t) => {
  const { get, hits, state, port } = await counting(t);
  const path = '/page?bytes=400000';
  await get(path);
  assert.equal(hits.length, 0);
  await get(path);
  await get('/page?bytes=400000', { 'if-none-match': weakTag('x') });
  assert.partialDeepStrictEqual(hits, [
    { route: '/page', status: 200, complete: true },
    { route: '/page', status: 304, complete: true },
  ]);
  const reader = connect(port, '127.0.0.1').on('error', () => {});
  await until('a response of which something is still to be taken', async () => {
    reader.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return state.unread > 0 || undefined;
  });
  assert.ok(hits.every(({ complete }) => complete));
  reader.destroy();
  await until('the cut', async () => hits.some(({ complete }) => !complete) || undefined);
});
