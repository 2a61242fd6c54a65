import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertError, type Person } from '../../support/client.ts';
import { photo } from '../../support/pictures.ts';
import { readOnly } from '../../support/processes/small-disk.ts';
import { newPlace, type Place, type Running, stop } from '../../support/processes/trouble.ts';
import { upload, uploaded, verifyLedger } from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';

const PICTURE = await photo({ width: 60, height: 40 });

async function awaitHealth({ api }: Running, status: number): Promise<void> {
  await until(`health ${status}`, async () => {
    const answer = await api('GET', '/health');
    if (answer.status === 503) assertError(answer, 503, 'Media unavailable');
    return answer.status === status || undefined;
  });
}

/** Three people with pictures. */
async function withPictures(place: Place) {
  const server = await place.start();
  const people = [await server.person(), await server.person(), await server.person()] as const;
  const pictures: string[] = [];
  for (const person of people) pictures.push(await uploaded(server, person, PICTURE));
  return { server, people, picture: pictures[0] ?? '', media: join(place.dataDir, 'media') };
}

/** Nothing can be stored or deleted; everything else succeeds. */
async function verifyUnwritable(server: Running, people: readonly Person[]): Promise<void> {
  const [ann, bob, eve] = people as [Person, Person, Person];
  await awaitHealth(server, 503);
  assertError(await upload(server, ann, PICTURE), 503, 'Media unavailable');
  const removed = await server.api('DELETE', `/api/users/${bob.id}/picture`, { token: bob.token });
  assert.deepEqual([removed.status, removed.body['image_file']], [200, null]);
  const deleted = await server.api('DELETE', `/api/users/${eve.id}`, { token: eve.token });
  assert.equal(deleted.status, 204);
  await server.post(ann.token);
}

test('read-only media: pictures are shown, uploads are refused, and removed files are deleted later', async (t) => {
  const place = await newPlace(t);
  const { server, people, picture, media } = await withPictures(place);
  const writable = readOnly(place, media) ?? blockWrites(media);
  await verifyUnwritable(server, people);
  assert.equal((await server.api('GET', picture)).status, 200);
  writable();
  await awaitHealth(server, 200);
  await uploaded(server, people[0], PICTURE);
  await stop(server);
  await verifyLedger(place.dataDir);
});

/** If mounting is not permitted: a file where the folder for unfinished files should be. */
function blockWrites(media: string): () => void {
  const tmp = join(media, 'tmp');
  renameSync(tmp, `${media}-tmp`);
  writeFileSync(tmp, '');
  return () => {
    rmSync(tmp);
    renameSync(`${media}-tmp`, tmp);
  };
}

test('media that disappear and come back: 503 and not 404 meanwhile, nothing is lost or left behind', async (t) => {
  const place = await newPlace(t);
  const { server, people, picture, media } = await withPictures(place);
  renameSync(media, `${media}-away`);
  await verifyUnwritable(server, people);
  assertUnavailablePage(await server.api('GET', picture));
  assert.equal((await server.api('GET', '/')).status, 200);
  renameSync(`${media}-away`, media);
  await awaitHealth(server, 200);
  assert.equal((await server.api('GET', picture)).status, 200);
  await uploaded(server, people[0], PICTURE);
  await stop(server);
  await verifyLedger(place.dataDir);
});

function assertUnavailablePage(answer: { status: number; text: string; headers: Headers }): void {
  assert.equal(answer.status, 503);
  assert.match(answer.text, /Media unavailable/);
  assert.equal(answer.headers.get('retry-after'), '5');
}

/** Its first bytes belong to no memory of the process, so the kernel answers EIO. */
const FAILING = '/proc/self/mem';

test('a disk that fails while a picture is read: 503, and a new picture can replace it', async (t) => {
  const place = await newPlace(t);
  const { server, people, picture, media } = await withPictures(place);
  const file = join(media, picture.replace('/media/', ''));
  rmSync(file);
  symlinkSync(FAILING, file);
  assertUnavailablePage(await server.api('GET', picture));
  await server.service.says(/EIO/);
  await uploaded(server, people[0], PICTURE);
  await stop(server);
  await verifyLedger(place.dataDir);
});

test('each failed check is logged once, however many requests ask', async (t) => {
  const place = await newPlace(t);
  const { server, media } = await withPictures(place);
  const began = performance.now();
  renameSync(media, `${media}-away`);
  await awaitHealth(server, 503);
  const asked = await Promise.all(Array.from({ length: 50 }, () => server.api('GET', '/health')));
  assert.ok(asked.every(({ status }) => status === 503));
  const checks = 1 + Math.floor((performance.now() - began) / 5000);
  await stop(server);
  const lines = server.service.output().split('"msg":"Media unavailable"').length - 1;
  assert.ok(lines >= 1 && lines <= checks, `${lines} lines, at most ${checks} checks`);
});

test('a media folder that cannot be created stops the start with one line', async (t) => {
  const place = await newPlace(t);
  await mkdir(place.dataDir);
  writeFileSync(join(place.dataDir, 'media'), 'a file in the place of the folder');
  const { code, output } = await place.run(['serve'], { LOG_LEVEL: 'silent' });
  assert.equal(code, 1);
  assert.match(output, /^masthead: The media folder .*media cannot be used: E.*\n$/);
});
