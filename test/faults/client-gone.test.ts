import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from '../support/client.ts';
import { mediaFiles } from '../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { head, openRaw } from '../support/servers/raw.ts';
import { newPlace, stop, uploaded, verifyLedger } from '../support/processes/trouble.ts';
import { until } from '../support/until.ts';

/** The part of the body that arrives before the sender leaves. */
const PARTS = [0, 0.01, 0.5, 0.99];
const TIMES = 10;

test('a sender that leaves in the middle of an upload leaves nothing behind and changes nothing', async (t) => {
  const place = await newPlace(t);
  const server = await place.start();
  const ann = await server.person();
  const picture = await photo({ width: 400, height: 300, noise: 40 });
  const image_path = await uploaded(server, ann, picture);
  const stored = await mediaFiles(place.dataDir);
  const body = fileBody(picture);
  const headers = { ...MULTIPART, Authorization: `Bearer ${ann.token}` };
  const chunked = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

  for (const part of PARTS) {
    const sent = body.subarray(0, Math.floor(body.length * part));
    for (let n = 0; n < TIMES; n++) {
      const connection = openRaw(server.url);
      const announced =
        n % 2 ? { 'Content-Length': body.length } : { 'Transfer-Encoding': 'chunked' };
      await connection.write(
        head(`PATCH /api/users/${ann.id}/picture`, { ...headers, ...announced }),
      );
      if (sent.length > 0) await connection.write(n % 2 ? sent : chunked(sent));
      // With FIN or RST, as the system chooses; the server treats both as a sender that left.
      connection.destroy();
    }
  }
  const aborted = () => server.service.output().split('request aborted').length - 1;
  await until(
    'the server to see them go',
    async () => aborted() >= PARTS.length * TIMES || undefined,
  );
  assert.deepEqual(await mediaFiles(place.dataDir), stored);
  const me = await server.api<User>('GET', '/api/users/me', { token: ann.token });
  assert.equal(me.body.image_path, image_path);
  assert.doesNotMatch(server.service.output(), /"status":5\d\d|"level":[56]0/);
  await stop(server);
  await verifyLedger(place.dataDir, { hours: 0 });
});
