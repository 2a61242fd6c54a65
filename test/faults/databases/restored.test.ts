import assert from 'node:assert/strict';
import { cpSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Person, User } from '../../support/client.ts';
import { elementsOf } from '../../support/markup.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { photo } from '../../support/pictures.ts';
import {
  newPlace,
  type Running,
  stop,
  uploaded,
  verifyLedger,
} from '../../support/processes/trouble.ts';

const PICTURE = await photo({ width: 60, height: 40 });
const FOLDERS = { profile_pics: 'jpg', profile_pics_64: 'webp', profile_pics_128: 'webp' };

const model = await newPlace({ after });
/** After the backup, Ann replaced her picture, Bob removed his, Carol uploaded her first. */
const keys = { ann: ['', ''], bob: '', carol: '' };
let people: Person[];

const keyOf = (path: string) => /[0-9a-f]{32}/.exec(path)?.[0] ?? assert.fail(path);
const filesOf = (key: string) =>
  Object.entries(FOLDERS).map(([folder, extension]) => `${folder}/${key}.${extension}`);

describe('a database restored with media of another time', () => {
  before(async () => {
    const server = await model.start();
    const [ann, bob, carol] = [await server.person(), await server.person(), await server.person()];
    people = [ann, bob, carol];
    for (const { token } of people) await server.post(token);
    keys.ann[0] = keyOf(await uploaded(server, ann, PICTURE));
    keys.bob = keyOf(await uploaded(server, bob, PICTURE));
    await stop(server);
    cpSync(model.dataDir, `${model.dataDir}-backup`, { recursive: true });
    const again = await model.start();
    keys.ann[1] = keyOf(await uploaded(again, ann, PICTURE));
    keys.carol = keyOf(await uploaded(again, carol, PICTURE));
    const removed = await again.api('DELETE', `/api/users/${bob.id}/picture`, { token: bob.token });
    assert.equal(removed.status, 200);
    await stop(again);
  });

  const cases = [
    {
      name: 'the database from before its media',
      old: 'masthead.db',
      missing: () => ({ 1: keys.ann[0], 2: keys.bob }),
      strays: () => [keys.ann[1], keys.carol],
    },
    {
      name: 'the database from after its media',
      old: 'media',
      missing: () => ({ 1: keys.ann[1], 3: keys.carol }),
      strays: () => [keys.ann[0], keys.bob],
    },
  ];
  for (const { name, old, missing, strays } of cases) {
    test(`${name}: media check reports exactly what differs, and repairs it`, async (t) => {
      const place = await newPlace(t);
      cpSync(model.dataDir, place.dataDir, { recursive: true });
      rmSync(join(place.dataDir, old), { recursive: true });
      cpSync(join(`${model.dataDir}-backup`, old), join(place.dataDir, old), { recursive: true });
      const files = strays().flatMap((key) => filesOf(key ?? ''));
      const lost = Object.entries(missing()).map(
        ([id, key]) => `profile_pics/${key}.jpg: main file missing or partial, user ${id}`,
      );
      const left = files.map((file) => `${file}: file without a row`);

      const found = await place.run(['media', 'check']);
      assert.equal(found.code, 1);
      assert.deepEqual(
        lines(found),
        [...lost, ...left, `${lost.length + left.length} differ`].toSorted(),
      );

      // Files younger than a day may belong to a running upload.
      const repaired = await place.run(['media', 'check', '--repair']);
      const withRepair = lost.map((line) => `${line} (repaired)`);
      assert.equal(repaired.code, 1);
      assert.deepEqual(
        lines(repaired),
        [...withRepair, ...left, `${lost.length + left.length} differ`].toSorted(),
      );
      const server = await place.start();
      await verifyPages(server);
      await stop(server);

      const then = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
      for (const file of files) utimesSync(join(place.dataDir, 'media', file), then, then);
      assert.equal((await place.run(['media', 'check', '--repair'])).code, 0);
      assert.deepEqual(await place.run(['media', 'check']), {
        code: 0,
        output: 'Nothing differs\n',
      });
      await verifyLedger(place.dataDir, { hours: 48 });
    });
  }

  test('without any media nothing is removed, and the media may be restored later', async (t) => {
    const place = await newPlace(t);
    cpSync(model.dataDir, place.dataDir, { recursive: true });
    const media = join(place.dataDir, 'media');
    renameSync(media, `${media}-later`);
    const refused = await place.run(['media', 'check', '--repair']);
    assert.equal(refused.code, 1);
    assert.match(refused.output, /^masthead: The media store is empty/);
    rmSync(media, { recursive: true });
    renameSync(`${media}-later`, media);
    assert.equal((await place.run(['media', 'check'])).code, 0);
    assert.equal((await mediaFiles(place.dataDir)).length, 6);
  });
});

function lines({ output }: { output: string }): string[] {
  return output.trimEnd().split('\n').toSorted();
}

/** Asserts that no page shows a broken picture, and that the API names none that is missing. */
async function verifyPages({ api }: Running): Promise<void> {
  for (const { id } of people) {
    const { body } = await api<User>('GET', `/api/users/${id}`);
    assert.equal((await api('GET', body.image_path)).status, 200, body.image_path);
  }
  for (const path of ['/', ...people.map(({ id }) => `/users/${id}/posts`)]) {
    const { text } = await api('GET', path);
    for (const { name, attributes } of elementsOf(text)) {
      if (name !== 'img') continue;
      const src = attributes['src'] ?? '';
      assert.equal((await api('GET', src)).status, 200, src);
    }
  }
}
