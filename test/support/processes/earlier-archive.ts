import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { readConfig } from '../../../src/config.ts';
import { newPictureKey, storeKeys } from '../../../src/media/picture-variants.ts';
import { readArchive } from '../archive-file.ts';
import { openUnmigrated } from '../databases/earlier-database.ts';
import { someFiles } from '../pictures/ledger.ts';
import { openMedia } from '../pictures/media.ts';
import { databaseVariables } from '../databases/postgres.ts';
import { newPlace, type Place } from './trouble.ts';

/** Made by the Masthead whose last migration was the fifth; the test that restores it lists its content. */
export const EARLIER = join(import.meta.dirname, '../../fixtures/archive-0005.tar');
export const earlier = await readArchive(EARLIER);

export const SECRET = { SECRET_KEY: 'the same before and after' };
export const NEXT_MIGRATION = `--import=${import.meta.resolve('../databases/next-migration.ts')}`;
/** A Masthead with one more migration. */
export const NEXT = { ...SECRET, NODE_OPTIONS: NEXT_MIGRATION };

/** Runs a command that must succeed. */
export async function done(place: Place, args: string[], variables: Record<string, string>) {
  const { code, output } = await place.run(args, variables);
  assert.equal(code, 0, output);
  return output;
}

async function openRows({ dataDir }: Place): Promise<Kysely<unknown>> {
  const variables = { DATA_DIR: dataDir, ...(await databaseVariables(dataDir)) };
  return openUnmigrated(readConfig(variables, dataDir).database);
}

export type Rows = Record<string, unknown>[];

/** All columns of the database, in a fixed order. */
export async function rowsOf(place: Place, table: string): Promise<Rows> {
  await using db = await openRows(place);
  const { rows } = await sql<object>`select * from ${sql.table(table)} order by 1, 2`.execute(db);
  return rows.map((row) => ({ ...row }));
}

export async function write(place: Place, ...statements: string[]): Promise<void> {
  await using db = await openRows(place);
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** What the next migration does to existing rows. */
export const migrated: typeof earlier.rows = {
  ...earlier.rows,
  users: earlier.rows['users']!.map((row) => (row['id'] === 3 ? { ...row, created_at: 0 } : row)),
};

/** Asserts that everything in the archive EARLIER was restored, except later columns and tables. */
export async function verifyEarlier(place: Place, expected = migrated): Promise<void> {
  for (const [table, before] of Object.entries(expected)) {
    const rows = await rowsOf(place, table);
    const names = Object.keys(before[0] ?? {});
    const same = rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
    assert.deepEqual(same, before, table);
  }
  const media = await openMedia(place.dataDir);
  for (const [key, bytes] of earlier.media) assert.deepEqual(await media.read(key), bytes, key);
  media.close();
}

/** A blog of the next Masthead that uses its new columns and tables; returns the keys of its new pictures. */
export async function newerBlog(
  t: TestContext,
): Promise<{ place: Place; photo: string; album: string }> {
  const place = await newPlace(t);
  await done(place, ['restore', EARLIER], NEXT);
  const [photo, album] = [newPictureKey(), newPictureKey()];
  const media = await openMedia(place.dataDir);
  for (const key of [photo, album]) {
    const files = someFiles();
    for (const [index, name] of storeKeys(key).entries()) await media.write(name, files[index]!);
  }
  media.close();
  await write(
    place,
    `update posts set next_language = 'tlh', next_words = 7 where id = 2`,
    'update users set next_inviter = 1 where id > 1',
    `update next_settings set value = 'dark'`,
    `insert into next_settings values ('motto', 'It''s 🎈')`,
    `update next_albums set picture_key = '${album}' where id = 1`,
    `insert into next_albums (post_id, title) select id, 'gone soon' from posts`,
    `delete from next_albums where title = 'gone soon'`,
    `insert into next_photos values ('${photo}', 2)`,
    // More rows than are read at once.
    ...[1, 2, 3].flatMap((user) =>
      [1, 2, 3].map((post) => `insert into next_marks values (${user}, ${post}, ${user * post})`),
    ),
    'update next_marks set at = null where user_id = 2',
    ...[photo, album].map(
      (key) =>
        `insert into pictures (key, user_id, state, created_at) values ('${key}', 1, 'live', 1)`,
    ),
  );
  return { place, photo, album };
}
