import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, send } from '../support/client.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { head, openRaw } from '../support/servers/raw.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** Production's timeouts take minutes; those that a test is not about are long. */
const NEVER = {
  headers: 200_000,
  request: 200_000,
  idle: 200_000,
  stalledAnswer: 200_000,
  answer: 200_000,
  keepAlive: 200_000,
  check: 100,
};

type Server = Awaited<ReturnType<typeof startServer>>;

/** A server with these timeouts and a registered user, stopped when the test has ended. */
async function start(t: TestContext, times: Partial<typeof NEVER>) {
  const server = await startServer({}, { ...NEVER, ...times });
  t.after(() => server.stop());
  const client = createClient(server.url);
  return { server, client, ann: await client.person() };
}

/** Together more than the system's buffers hold for a client that does not read: 4 and 6 MB. */
const POSTS = 3;
const LARGE = 8 * 1024 * 1024 - 100;
const LIST = '/api/posts?limit=100';

/** Writes a byte now and then until the other side has gone. */
async function drip(connection: ReturnType<typeof openRaw>): Promise<void> {
  while (await connection.write('x')) await sleep(50);
}

/** Sends this, then byte after byte, until it is cut; resolves to the status it gets. */
async function crawl(url: string, bytes: string): Promise<number> {
  const connection = openRaw(url);
  await connection.write(bytes);
  void drip(connection);
  await connection.cutOff();
  return connection.answer.then(({ status }) => status);
}

/** Sends this and nothing more, until it is cut. */
async function stop(url: string, bytes: string): Promise<void> {
  const connection = openRaw(url);
  await connection.write(bytes);
  await connection.cutOff();
}

test('a client that is slow to send a head is cut, and told why', async (t) => {
  const { server } = await start(t, { headers: 1_500 });
  const { url } = server;
  const heads = ['GET /api/posts HTTP/1.1\r\nX: ', 'POST /login HTTP/1.1\r\nHost: a\r\n'];
  const crawling = heads.map(async (bytes) => assert.equal(await crawl(url, bytes), 408));
  await Promise.all([...crawling, stop(url, ''), ...heads.map((bytes) => stop(url, bytes))]);
});

test('a client that is slow to send a body is cut and told why, while others are served', async (t) => {
  // Node checks the body's timeout only if the head's is shorter.
  const { server, client, ann } = await start(t, { headers: 3_000, request: 4_000 });
  const path = `/api/users/${ann.id}/picture`;
  const length = { 'Content-Length': 1_000_000 };
  const bearer = { Authorization: `Bearer ${ann.token}` };
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const slow = [
    head(`PATCH ${path}`, { ...bearer, ...MULTIPART, ...length }),
    head('POST /api/posts', { 'Content-Type': 'application/json', ...length }),
    head('POST /login', { ...form, ...length }),
    head('POST /login', { ...form, 'Transfer-Encoding': 'chunked' }) + 'ffffff\r\n',
  ];
  const crawling = Promise.all(slow.map((bytes) => crawl(server.url, bytes)));
  const stopping = Promise.all(slow.map((bytes) => stop(server.url, bytes)));
  const body = fileBody(await photo({ width: 40, height: 40 }));
  const answers = [
    await client.api('GET', '/'),
    await client.api('PATCH', path, { token: ann.token, body, headers: MULTIPART }),
    await client.login(ann.email, ann.password),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual(await crawling, [408, 408, 408, 408]);
  await stopping;
});

test('a client that sends no further request is cut', async (t) => {
  const { server } = await start(t, { keepAlive: 1_000 });
  const connection = openRaw(server.url);
  await connection.write(head('GET /health'));
  assert.equal((await connection.answer).status, 200);
  await connection.cutOff();
});

/** A server with some large posts and no open connections. */
async function startLarge(t: TestContext, times: Partial<typeof NEVER>): Promise<Server> {
  const { server, client, ann } = await start(t, { keepAlive: 1_000, ...times });
  for (let n = 0; n < POSTS; n++) await client.post(ann.token, 'Large', 'x'.repeat(LARGE));
  await noConnections(server);
  return server;
}

/** Settles when every connection of the server has gone. */
const noConnections = (server: Server) =>
  until('the end of all connections', async () => (await server.connections()) === 0 || undefined);

/** Requests all posts, once or several times, and resolves with the first bytes; reads nothing by itself. */
async function ask({ url }: Server, times = 1, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  socket.write(head(`GET ${LIST}`).repeat(times));
  await once(socket, 'readable');
  return socket;
}

test('a client that does not read an answer is cut', async (t) => {
  const server = await startLarge(t, { stalledAnswer: 1_500 });
  const readers = await Promise.all([ask(server), ask(server), ask(server, 100)]);
  await noConnections(server);
  for (const reader of readers) reader.destroy();
});

test('a client that reads an answer slowly is cut before its end', async (t) => {
  const server = await startLarge(t, { answer: 2_000 });
  const socket = await ask(server);
  const ended = once(socket, 'close');
  let received = 0;
  const timer = setInterval(() => {
    received += (socket.read() as Buffer | null)?.length ?? 0;
  }, 50);
  await noConnections(server);
  clearInterval(timer);
  socket.on('data', (chunk: Buffer) => (received += chunk.length)).resume();
  await ended;
  assert.ok(received > 0 && received < POSTS * LARGE, `${received} bytes`);
});

test('large answers that nobody reads are limited, and everything else is served', async (t) => {
  const server = await startLarge(t, {});
  const status = (reader: Socket) => (reader.read(12) as Buffer).toString('latin1', 9);
  const readers: Socket[] = [];
  const statuses: string[] = [];
  // 384 MiB hold fifteen, and a quarter of it three of one address.
  while (!statuses.includes('503') && readers.length < 20) {
    const reader = await ask(server, 1, `127.0.0.${2 + Math.floor(readers.length / 3)}`);
    readers.push(reader);
    statuses.push(status(reader));
  }
  assert.deepEqual([...new Set(statuses)], ['200', '503']);
  assert.ok(statuses.length > 12, `${statuses.length} answers`);
  for (const path of ['/', '/api/users/1', '/health']) {
    assert.equal((await send(server.url, 'GET', path)).status, 200, path);
  }
  for (const reader of readers) reader.destroy();
  await noConnections(server);
  const later = await ask(server);
  assert.equal(status(later), '200');
  later.destroy();
});
