import assert from 'node:assert/strict';
import { pbkdf2 } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from '../support/client.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { head } from '../support/servers/raw.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** More than is held in memory; the rest waits for the disk, unread. */
const SPILLED = 70 * 1024;
/** Beyond that, full buffers of the file and of its parser, and the rest in the request's own. */
const SENT = SPILLED + 150 * 1024;
/** Work of half a second or more for each of libuv's threads, so that the disk keeps the server waiting. */
const busyThreads = () =>
  Promise.all(Array.from({ length: 8 }, () => promisify(pbkdf2)('', '', 1_500_000, 32, 'sha256')));

/** Open spool files of this process, and those in the folder; Linux. */
async function openSpools(dataDir: string): Promise<string[]> {
  const fds = await readdir('/proc/self/fd');
  const files = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  const open = files.filter((file) => file.includes('/spool/'));
  return [...open, ...(await readdir(join(dataDir, 'spool')))];
}

// Left to the garbage collector, an open file ends the process.
test('a sender that has sent everything and leaves before it is read leaves no upload open', async () => {
  await using server = await startServer();
  const client = createClient(server.url);
  const ann = await client.person();
  const body = fileBody(Buffer.alloc(SENT));
  const path = `/api/users/${ann.id}/picture`;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const send = (bytes: string | Uint8Array) =>
    new Promise((resolve) => socket.write(bytes, resolve));
  await send(
    head(`PATCH ${path}`, {
      ...MULTIPART,
      Authorization: `Bearer ${ann.token}`,
      'Content-Length': body.length,
      Expect: '100-continue',
    }),
  );
  const [invited] = (await once(socket, 'data')) as [Buffer];
  assert.match(String(invited), /^HTTP\/1.1 100 /);

  const busy = busyThreads();
  await send(body.subarray(0, SPILLED));
  await sleep(50);
  await send(body.subarray(SPILLED));
  await sleep(50);
  socket.resetAndDestroy();
  await busy;

  const sent = { token: ann.token, body: fileBody(await photo({ width: 400, height: 300 })) };
  const answer = await client.api('PATCH', path, { ...sent, headers: MULTIPART });
  assert.equal(answer.status, 200);
  await until(
    'no upload open',
    async () => (await openSpools(server.dataDir)).length === 0 || undefined,
  );
});
