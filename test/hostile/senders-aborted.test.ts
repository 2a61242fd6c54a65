import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { mediaFiles } from '../support/pictures/media-files.ts';
import { startOwnProcess } from '../support/processes/own-process.ts';
import { photo } from '../support/pictures.ts';
import { openFiles, residentBytes } from '../support/processes/process-memory.ts';
import { head } from '../support/servers/raw.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;
const UPLOADS = 1_000;
const AT_ONCE = 20;
/** Half of the uploads would be 500 MiB if they were kept; V8's heap varies by about 50. */
const NOISE = 200 * MIB;
const SHARES = [0.01, 0.5, 0.99];

test('a thousand uploads that stop half-way leave nothing behind', async (t) => {
  const { url, folder, pid, client, ann } = await startOwnProcess(t);
  const put = async () => {
    const body = fileBody(await photo({ width: 40, height: 40 }));
    const sent = { token: ann.token, body, headers: MULTIPART };
    return (await client.api('PATCH', `/api/users/${ann.id}/picture`, sent)).status;
  };
  assert.equal(await put(), 200);

  const picture = await photo({ width: 200, height: 200 });
  const body = fileBody(Buffer.concat([picture, Buffer.alloc(2 * MIB)]));
  const start = head(`PATCH /api/users/${ann.id}/picture`, {
    ...MULTIPART,
    Authorization: `Bearer ${ann.token}`,
    'Content-Length': body.length,
  });

  /** Sends a part of the body, then leaves with a FIN, or with a RST as after a crash. */
  async function abort(n: number): Promise<void> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = once(socket, 'close');
    socket.on('error', () => {}).resume();
    socket.write(start);
    const share = SHARES[n % SHARES.length] as number;
    await new Promise((resolve) => socket.write(body.subarray(0, body.length * share), resolve));
    if (n % 2 === 0) socket.end();
    else socket.resetAndDestroy();
    await closed;
  }

  async function abortMany(count: number): Promise<void> {
    let next = 0;
    const sender = async () => {
      while (next < count) await abort(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
  }

  const files = openFiles(pid);
  await abortMany(UPLOADS / 2);
  const half = residentBytes(pid);
  await abortMany(UPLOADS / 2);
  // V8 frees memory when it collects, between requests.
  await until('memory as it was', async () => {
    assert.equal((await client.api('GET', '/health')).status, 200);
    return residentBytes(pid) < half + NOISE || undefined;
  });
  // fetch's keep-alive connection and the worker's pipes come and go.
  await until('files as they were', async () => openFiles(pid) <= files + 5 || undefined);
  t.diagnostic(`${half} bytes after half, ${residentBytes(pid)} after all`);

  assert.equal(await put(), 200);
  const data = join(folder, 'data');
  assert.deepEqual(await readdir(join(data, 'media', 'tmp')), []);
  assert.equal((await mediaFiles(data)).length, 3);
  // No folder has a file left over.
  const names = await readdir(data, { recursive: true, withFileTypes: true });
  const strays = names.filter(
    (entry) => entry.isFile() && !/^(?:masthead\.|secret\.key$)/.test(entry.name),
  );
  assert.equal(strays.length, 3, strays.map(({ name }) => name).join(', '));
  using db = new DatabaseSync(join(data, 'masthead.db'), { readOnly: true });
  assert.deepEqual(
    db
      .prepare('select state from pictures')
      .all()
      .map((row) => row['state']),
    ['live'],
  );
});
