import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startOwnProcess } from '../support/processes/own-process.ts';
import { peakBytes, residentBytes } from '../support/processes/process-memory.ts';
import { head, openRaw } from '../support/servers/raw.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;

test('answers that nobody reads do not pile up', async (t) => {
  const { url, pid, client, ann } = await startOwnProcess(t);
  const { id } = await client.post(ann.token, 'Large', 'x'.repeat(8 * MIB - 100));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(head(`GET /api/posts/${id}`).repeat(800));
  await once(socket, 'readable');
  for (let n = 0; n < 50; n++) assert.equal((await client.api('GET', '/')).status, 200);
  const held = residentBytes(pid);
  // All answers together would be 6.4 GB.
  assert.ok(held < 1_000 * MIB, `${held} bytes`);
  t.diagnostic(`${Math.round(held / MIB)} MiB`);
});

test('bodies that never end do not fill the memory', async (t) => {
  const { url, pid, client, ann } = await startOwnProcess(t);
  const length = 8 * MIB;
  const request = head('POST /api/posts', {
    'Content-Type': 'application/json',
    'Content-Length': length,
  });
  const bytes = Buffer.concat([Buffer.from(request), Buffer.alloc(length - 1, ' ')]);
  const senders = Array.from({ length: 80 }, () => openRaw(url));
  t.after(() => {
    for (const sender of senders) sender.destroy();
  });
  const sent = senders.map((sender) => sender.write(bytes));
  const refusals: number[] = [];
  for (const { answer } of senders) {
    answer.then(
      ({ status }) => refusals.push(status),
      () => {},
    );
  }
  await until('refusals', async () => refusals.length >= 20 || undefined);
  await Promise.all(sent);
  assert.deepEqual([...new Set(refusals)], [503]);
  const held = residentBytes(pid);
  assert.ok(held < 900 * MIB, `${held} bytes`);
  t.diagnostic(`${Math.round(held / MIB)} MiB, ${refusals.length} of ${senders.length} refused`);
  // Small bodies are still accepted, and large ones again after those have gone.
  assert.equal((await client.login(ann.email, ann.password)).status, 200);
  assert.equal((await client.post(ann.token)).title, 'A title');
  for (const sender of senders) sender.destroy();
  const json = { title: 'Large', content: 'x'.repeat(4 * MIB) };
  await until('a large post', async () => {
    const { status } = await client.api('POST', '/api/posts', { token: ann.token, json });
    return status === 201 || undefined;
  });
});

test('bodies that come in pieces of one byte take little more memory than others', async (t) => {
  const { url, pid } = await startOwnProcess(t);
  const before = peakBytes(pid);
  const piece = Buffer.from('1\r\n \r\n');
  const pieces = Buffer.alloc((MIB / 2) * piece.length, piece);
  const types: Record<string, string> = {
    '/api/users': 'application/json',
    '/login': 'application/x-www-form-urlencoded',
  };
  const answers = Object.entries(types).map(async ([path, type]) => {
    const chunked = { 'Content-Type': type, 'Transfer-Encoding': 'chunked' };
    const sender = openRaw(url);
    t.after(() => sender.destroy());
    await sender.write(Buffer.concat([Buffer.from(head(`POST ${path}`, chunked)), pieces]));
    await sender.write('0\r\n\r\n');
    return (await sender.answer).status;
  });
  assert.deepEqual(await Promise.all(answers), [422, 422]);
  const grown = peakBytes(pid) - before;
  // If each piece were kept, 400 MiB.
  assert.ok(grown < 200 * MIB, `${grown} bytes`);
  t.diagnostic(`${Math.round(grown / MIB)} MiB`);
});
