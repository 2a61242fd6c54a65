import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { until } from '../../../test/support/until.ts';
import { registerNotModified, weakTag } from './etag.ts';
import { createResponseCache, type Sent } from './response-cache.ts';

/** An app whose answers say how often they were made. */
async function counting(t: TestContext) {
  const versions = {
    version: '1' as string | Promise<string>,
    recent: undefined as string | undefined,
  };
  const state = { ...versions, now: 1_000, made: 0, unread: 0 };
  const kept = createResponseCache({
    version: { current: () => state.version, recent: () => state.recent ?? state.version },
    clock: () => state.now,
    unread: () => (state.unread += 1),
  });
  const app = Fastify({ serverFactory: (next) => createServer(kept.before(next)) });
  t.after(() => app.close());
  app.decorateRequest('keeping', null);
  app.decorateRequest('goodUntil', Infinity);
  app.addHook('onRequest', kept.note);
  app.addHook('onSend', kept.keep);
  registerNotModified(app);
  app.get('/page', { config: { kept: true } }, async (request, reply) => {
    state.made += 1;
    request.goodUntil = state.now + 500;
    const { set, status, bytes, write } = request.query as Record<string, string>;
    if (write !== undefined && state.version === '1') {
      state.version = '2';
      await get('/page?another');
    }
    if (set !== undefined) reply.header('set-cookie', set);
    const text = `${state.made}`.padEnd(Number(bytes ?? 1));
    return reply
      .code(Number(status ?? 200))
      .header('etag', weakTag('x'))
      .send(text);
  });
  app.get('/never', async () => `${(state.made += 1)}`);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const lines = [...answer.headers].filter(([name]) => name !== 'date');
    return { status: answer.status, text: await answer.text(), headers: new Map(lines) };
  };
  const sent: Sent[] = [];
  kept.onSent((one) => sent.push(one));
  return { state, get, sent, port, stop: kept.stop };
}

test('an answer is made once and sent again until the database changes', async (t) => {
  const { state, get } = await counting(t);
  const first = await get('/page');
  const again = await get('/page');
  assert.deepEqual([first.text, again.text], ['1', '1']);
  assert.deepEqual(again.headers, first.headers);
  state.version = '2';
  assert.equal((await get('/page')).text, '2');
  state.version = Promise.resolve('3');
  assert.equal((await get('/page')).text, '3');
  assert.equal((await get('/page')).text, '3');
});

test('who has a cookie or a token, or was led here by a form, is shown nothing that is only recent', async (t) => {
  const { state, get } = await counting(t);
  const asked: [string, Record<string, string>][] = [
    ['/page', { cookie: 'session=ann' }],
    ['/page', { authorization: 'Bearer x' }],
    ['/page?done=logout', {}],
    ['/page', {}],
  ];
  for (const [path, headers] of asked) {
    state.version = '1';
    state.recent = undefined;
    const { text } = await get(path, headers);
    assert.equal((await get(path, headers)).text, text);
    state.version = '2';
    state.recent = '1';
    const shownAgain = (await get(path, headers)).text === text;
    assert.equal(shownAgain, path === '/page' && Object.keys(headers).length === 0, path);
  }
});

test('what differs in path, query, encoding or viewer is another answer', async (t) => {
  const { get, state } = await counting(t);
  const asked: [string, Record<string, string>][] = [
    ['/page', {}],
    ['/page?a=1', {}],
    ['/page', { 'accept-encoding': 'br' }],
    ['/page', { cookie: 'session=ann' }],
    ['/page', { cookie: 'session=bob' }],
  ];
  for (const round of [1, 2]) {
    for (const [index, [path, headers]] of asked.entries())
      assert.equal((await get(path, headers)).text, String(index + 1), `round ${round}`);
  }
  assert.equal(state.made, asked.length);
});

test('an answer that changed while it was made, sets a cookie or is no 200 is not kept', async (t) => {
  const { get, state } = await counting(t);
  for (const path of ['/never', '/page?set=a=b', '/page?status=404']) {
    const before = state.made;
    await get(path);
    await get(path);
    assert.equal(state.made, before + 2, path);
  }
  // Something is written, and another asks, before this answer is sent.
  const before = state.made;
  await get('/page?write');
  assert.equal(state.made, before + 2);
  await get('/page?write');
  assert.equal(state.made, before + 3);
});

test('an answer is sent no longer than its session lasts, nor longer than a minute', async (t) => {
  const { get, state } = await counting(t);
  assert.equal((await get('/page')).text, '1');
  state.now += 499;
  assert.equal((await get('/page')).text, '1');
  state.now += 1;
  assert.equal((await get('/page')).text, '2');
});

test('who has the answer already is told so, kept or not', async (t) => {
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

test('while the database does not answer, and once told to stop, nothing is kept or sent', async (t) => {
  const { get, state, stop } = await counting(t);
  assert.equal((await get('/page')).text, '1');
  const away = Promise.reject<string>(new Error('away'));
  away.catch(() => {});
  state.version = away;
  assert.equal((await get('/page')).text, '2');
  state.version = '1';
  stop();
  assert.equal((await get('/page')).text, '3');
});

test('memory is bounded: the longest unused go, the largest are not kept', async (t) => {
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

test('each kept answer is told of, also one that is not read to its end', async (t) => {
  const { get, sent, state, port } = await counting(t);
  const path = '/page?bytes=400000';
  await get(path);
  assert.equal(sent.length, 0);
  await get(path);
  await get('/page?bytes=400000', { 'if-none-match': weakTag('x') });
  assert.partialDeepStrictEqual(sent, [
    { route: '/page', status: 200, complete: true },
    { route: '/page', status: 304, complete: true },
  ]);
  const reader = connect(port, '127.0.0.1').on('error', () => {});
  await until('an answer of which something is still to be taken', async () => {
    reader.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return state.unread > 0 || undefined;
  });
  assert.ok(sent.every(({ complete }) => complete));
  reader.destroy();
  await until('the cut', async () => sent.some(({ complete }) => !complete) || undefined);
});
