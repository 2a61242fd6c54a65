import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Person } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { head, openRaw } from '../../support/servers/raw.ts';
import { newPlace, type Running, stop } from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';

test('files of a killed server’s uploads are deleted by the next start, those of a running one are not', async (t) => {
  const place = await newPlace(t);
  const spooled = () => readdir(join(place.dataDir, 'spool')).catch(() => []);
  const body = fileBody(await photo({ width: 1200, height: 900, noise: 40 }));
  assert.ok(body.length > 150_000, 'more than is held in memory');

  /** Sends half of an upload; resolves with its connection once it is in a file. */
  async function sendHalf(server: Running, ann: Person) {
    const connection = openRaw(server.url);
    await connection.write(
      head(`PATCH /api/users/${ann.id}/picture`, {
        ...MULTIPART,
        Authorization: `Bearer ${ann.token}`,
        'Content-Length': body.length,
      }),
    );
    await connection.write(body.subarray(0, body.length / 2));
    await until('a file', async () => (await spooled()).length === 1 || undefined);
    return connection;
  }

  const killed = await place.start();
  const ann = await killed.person();
  await sendHalf(killed, ann);
  killed.service.kill('SIGKILL');
  await killed.service.ended;
  assert.equal((await spooled()).length, 1);

  const first = await place.start();
  assert.deepEqual(await spooled(), []);
  const connection = await sendHalf(first, ann);
  const second = await place.start();
  assert.equal((await spooled()).length, 1);
  await connection.write(body.subarray(body.length / 2));
  assert.equal((await connection.answer).status, 200);
  assert.deepEqual(await spooled(), []);
  await Promise.all([stop(first), stop(second)]);
});
