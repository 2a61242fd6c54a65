import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { assertUnauthorized } from '../../support/client.ts';
import { fileBody, MULTIPART, multipart } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { head, openRaw } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';
import { until } from '../../support/until.ts';

const MIB = 1024 * 1024;
const TOO_LARGE = '{"detail":"File too large. Maximum size is 5MB"}';
const TYPE = { 'Content-Type': MULTIPART['content-type'] };

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');

const begin = (headers: Record<string, string | number>, id: number | string = ann.id) =>
  head(`PATCH /api/users/${id}/picture`, { ...TYPE, ...headers });
const bearer = () => ({ Authorization: `Bearer ${ann.token}` });

test('a sender who may not upload is told before the body is sent', async () => {
  const length = { 'Content-Length': 1_000_000 };
  const cases: [string, number, RegExp][] = [
    [begin(length), 401, /Not authenticated/],
    [begin({ ...length, Authorization: 'Bearer garbage' }), 401, /Invalid or expired token/],
    [
      begin({ ...length, ...bearer() }, bob.id),
      403,
      /Not authorized to update this user's picture/,
    ],
    [begin({ ...length, ...bearer() }, 'abc'), 422, /int_parsing/],
    [begin({ 'Transfer-Encoding': 'chunked' }), 401, /Not authenticated/],
    [begin({ ...length, Expect: '100-continue' }), 401, /Not authenticated/],
  ];
  for (const [bytes, status, text] of cases) {
    const connection = openRaw(server.url);
    await connection.write(bytes);
    const answer = await connection.answer;
    connection.destroy();
    assert.equal(answer.status, status);
    assert.match(answer.body, text);
  }
});

test('a length above the limit is refused before the body is sent', async () => {
  for (const length of [8 * MIB, 10_000_000_000, 999_999_999_999_999]) {
    const connection = openRaw(server.url);
    await connection.write(begin({ ...bearer(), 'Content-Length': length }));
    const answer = await connection.answer;
    connection.destroy();
    assert.deepEqual([answer.status, answer.body], [400, TOO_LARGE]);
  }
});

test('a sender that sends everything before reading gets the answer', async () => {
  const six = fileBody(Buffer.alloc(6 * MIB));
  const headers = MULTIPART;
  const path = `/api/users/${ann.id}/picture`;
  const tooLarge = await client.api('PATCH', path, { token: ann.token, body: six, headers });
  assert.deepEqual([tooLarge.status, tooLarge.text], [400, TOO_LARGE]);
  assertUnauthorized(await client.api('PATCH', path, { body: six, headers }), 'Not authenticated');
  const foreign = await client.api('PATCH', path, { token: bob.token, body: six, headers });
  assert.equal(foreign.status, 403);
});

/** Sends a body at once, on a connection that the sender keeps open or closes after the answer. */
async function sendWhole(body: Buffer, agent: Agent | false): Promise<[number, string]> {
  const headers = { ...MULTIPART, ...bearer(), 'Content-Length': body.length };
  const path = `${server.url}/api/users/${ann.id}/picture`;
  const sent = request(path, { method: 'PATCH', headers, agent }).end(body);
  // Once there is an answer, the rest of the body may not be read.
  sent.on('error', () => {});
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return [answer.statusCode ?? 0, await text(answer)];
}

test('up to 25 MB every sender gets the answer, and no request that follows is reset', async (t) => {
  const kept = new Agent({ keepAlive: true });
  t.after(() => kept.destroy());
  for (const size of [6_000_000, 25_000_000]) {
    const body = fileBody(Buffer.alloc(size));
    for (const agent of [kept, false] as const) {
      for (let n = 0; n < 5; n += 1) {
        assert.deepEqual(await sendWhole(body, agent), [400, TOO_LARGE]);
        const next = await once(request(`${server.url}/health`, { agent }).end(), 'response');
        assert.equal(await text(next[0] as IncomingMessage), '{"status":"healthy"}');
      }
    }
    const fetched = await Promise.all(
      Array.from({ length: 5 }, () =>
        client.api('PATCH', `/api/users/${ann.id}/picture`, {
          token: ann.token,
          headers: MULTIPART,
          body,
        }),
      ),
    );
    for (const answer of fetched) assert.deepEqual([answer.status, answer.text], [400, TOO_LARGE]);
  }
});

test('an answer that comes before the end of the body closes the connection, and says so', async () => {
  for (const [bytes, more] of [
    [begin({ 'Content-Length': MIB }), 'more'],
    [begin({ ...bearer(), 'Content-Length': 9 * MIB }), 'more'],
    [begin({ 'Transfer-Encoding': 'chunked' }), '4\r\nmore\r\n'],
  ] as const) {
    const connection = openRaw(server.url);
    await connection.write(bytes);
    const { headers } = await connection.answer;
    assert.equal(headers['connection'], 'close');
    // The rest is still read before the connection is closed.
    assert.ok(await connection.write(more));
    await connection.cutOff();
  }
});

test('after a refusal the connection is closed or good for another request', async () => {
  const body = fileBody(Buffer.alloc(1000));
  const next = head('GET /health');
  for (const bytes of [
    begin({ 'Content-Length': body.length }),
    begin({ ...bearer(), 'Content-Length': body.length }, bob.id),
  ]) {
    const first = openRaw(server.url);
    await first.write(Buffer.concat([Buffer.from(bytes), body]));
    const answer = await first.answer;
    if (answer.headers['connection'] === 'close') await first.cutOff();
    else {
      const second = first.nextAnswer();
      await first.write(next);
      assert.equal((await second).body, '{"status":"healthy"}');
    }
    first.destroy();
  }
});

/** Sends zeros until the other side closes; resolves to the bytes sent. */
async function sendForEver(bytes: string, chunked: boolean) {
  const connection = openRaw(server.url);
  await connection.write(bytes);
  const start = multipart([{ name: 'file', filename: 'a.jpg', data: '' }], { end: false }).subarray(
    0,
    -2,
  );
  const frame = (data: Buffer) =>
    chunked
      ? Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')])
      : data;
  let open = await connection.write(frame(start));
  const block = frame(Buffer.alloc(MIB));
  while (open && connection.sent() < 400 * MIB) open = await connection.write(block);
  const answer = await connection.answer;
  connection.destroy();
  return { answer, sent: connection.sent() };
}

test('a sender that continues is cut off after about 24 MiB, and got the answer', async () => {
  const length = { 'Content-Length': 500 * MIB };
  const chunked = { 'Transfer-Encoding': 'chunked' };
  const cases: [string, boolean, number][] = [
    [begin({ ...bearer(), ...length }), false, 400],
    [begin({ ...bearer(), ...chunked }), true, 400],
    [begin(length), false, 401],
    [begin({ ...bearer(), ...length }, bob.id), false, 403],
  ];
  for (const [bytes, framed, status] of cases) {
    const { answer, sent } = await sendForEver(bytes, framed);
    assert.equal(answer.status, status);
    // The limit, 24 MiB more, and the system's buffers.
    assert.ok(sent < 48 * MIB, `${sent} bytes`);
  }
});

test('a refused sender that sends little more and stays is cut off', async () => {
  const refused = [
    begin({ 'Content-Length': MIB }),
    begin({ ...bearer(), 'Content-Length': 9 * MIB }),
  ];
  await Promise.all(
    refused.map(async (bytes) => {
      const connection = openRaw(server.url, { allowHalfOpen: true });
      await connection.write(bytes);
      await connection.answer;
      const cut = await until('a cut', async () => !(await connection.write('x')) || undefined);
      assert.ok(cut);
    }),
  );
});

test('a client that waits for 100 Continue is told to go on', async () => {
  const body = fileBody(await photo({ width: 40, height: 40 }));
  const connection = openRaw(server.url);
  await connection.write(
    begin({ ...bearer(), 'Content-Length': body.length, Expect: '100-continue' }),
  );
  await connection.interim;
  await connection.write(body);
  const answer = await connection.answer;
  connection.destroy();
  assert.equal(answer.status, 200, answer.body);
});

test('a client that waits for 100 Continue is not told so before it is allowed', async () => {
  const expects = { 'Content-Length': 1_000_000, Expect: '100-continue' };
  const refused: [string, number][] = [
    [begin(expects), 401],
    [begin({ ...expects, ...bearer() }, bob.id), 403],
    [begin({ ...expects, ...bearer(), 'Content-Length': 8 * MIB }), 400],
    [begin({ ...expects, ...bearer(), 'Content-Encoding': 'gzip' }), 415],
    [begin({ ...expects, ...bearer(), 'Content-Type': 'multipart/form-data' }), 400],
  ];
  for (const [bytes, status] of refused) {
    const connection = openRaw(server.url);
    let invited = false;
    void connection.interim.then(() => (invited = true));
    await connection.write(bytes);
    const answer = await connection.answer;
    await connection.cutOff();
    assert.deepEqual([answer.status, invited], [status, false]);
  }
});

test('a body in very small pieces arrives whole', async () => {
  const body = fileBody(await photo({ width: 40, height: 40 }));
  const connection = openRaw(server.url);
  await connection.write(begin({ ...bearer(), 'Content-Length': body.length }));
  for (let at = 0; at < body.length; at += 7) await connection.write(body.subarray(at, at + 7));
  const answer = await connection.answer;
  connection.destroy();
  assert.equal(answer.status, 200, answer.body);
});
