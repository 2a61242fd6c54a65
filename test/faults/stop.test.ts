import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import type { Answer } from '../support/client.ts';
import { mediaFiles } from '../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { bigPhoto } from '../support/pictures.ts';
import { head } from '../support/servers/raw.ts';
import { newPlace, upload, verifyLedger } from '../support/processes/trouble.ts';
import { until } from '../support/until.ts';

const PHOTO = await bigPhoto();

describe('told to stop during uploads', { concurrency: true }, () => {
  test('a server finishes the uploads it has received, and ends well', async (t) => {
    const place = await newPlace(t);
    const server = await place.start();
    const people = [await server.person(), await server.person()];
    const uploads = people.map((person) => upload(server, person, PHOTO));
    // The first row is written after decoding; by then the second picture is being decoded.
    await until('a picture', async () => (await mediaFiles(place.dataDir)).length > 0 || undefined);
    server.service.kill('SIGTERM');
    const answers: Answer[] = await Promise.all(uploads);
    for (const { status, text } of answers) assert.equal(status, 200, text);
    const { code, signal, output } = await server.service.ended;
    assert.deepEqual([code, signal], [0, null], output);
    assert.equal((await mediaFiles(place.dataDir)).length, 6);
    await verifyLedger(place.dataDir, { hours: 0 });
  });

  test('a server does not wait for the rest of a slow upload, and stores nothing of it', async (t) => {
    const place = await newPlace(t);
    const server = await place.start();
    const ann = await server.person();
    const body = fileBody(PHOTO);
    // Waits forever, unlike openRaw's.
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    t.after(() => socket.destroy());
    const closed = once(
      socket.on('error', () => {}),
      'close',
    );
    const headers = { ...MULTIPART, Authorization: `Bearer ${ann.token}` };
    const length = { 'Content-Length': body.length };
    socket.write(head(`PATCH /api/users/${ann.id}/picture`, { ...headers, ...length }));
    socket.write(body.subarray(0, 100_000));
    // An answer to another request shows that the first has reached the server.
    await server.api('GET', '/');
    // It is never idle, and takes hours.
    const drip = setInterval(() => socket.write('x'), 1000);
    void closed.finally(() => clearInterval(drip));
    server.service.kill('SIGTERM');
    const { code, signal, output } = await server.service.ended;
    assert.deepEqual([code, signal], [0, null], output);
    await closed;
    assert.deepEqual(await mediaFiles(place.dataDir), []);
    await verifyLedger(place.dataDir, { hours: 0 });
  });
});
