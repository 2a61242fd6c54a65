import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { after } from 'node:test';
import pino, { type Logger } from 'pino';
import { readConfig } from '../../../src/config.ts';
import { type Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { Context } from '../../../src/context.ts';
import type { PostPictureRow } from '../../../src/db/schema.ts';
import { inMemory } from '../../../src/images/upload.ts';
import { addPostPicture as add } from '../../../src/pictures/posts/post-pictures.service.ts';
import type { MediaStore } from '../../../src/media/media-store.ts';
import { deleteUser } from '../../../src/users/users.service.ts';
import {
  POST_VARIANTS,
  storeKeys,
  type Variant,
  VARIANTS,
} from '../../../src/media/picture-variants.ts';
import { sweep as sweepLedger, type Swept } from '../../../src/pictures/sweeper.ts';
import { dropMediaOf, openMedia } from './media.ts';
import { databaseVariables, dropDatabaseOf } from '../databases/postgres.ts';
import { placeNewDatabase } from '../databases/sqlite.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A real database and a real media store, with a clock that a test can set. */
export interface Ledger {
  folder: string;
  db: Database;
  media: MediaStore;
  log: Logger;
  /** milliseconds */
  time: { now: number };
  clock: () => number;
}

interface LedgerParts {
  through?: (url: string) => string;
  media?: MediaStore;
}

export const HOUR = 60 * 60 * 1000;

/** `through`: another way to PostgreSQL than its URL; `media`: another store than the folder's own. */
export async function openLedger(
  folder: string,
  { through = (url: string) => url, media }: LedgerParts = {},
): Promise<Ledger> {
  const { database } = readConfig(
    { DATA_DIR: folder, ...(await databaseVariables(folder)) },
    folder,
  );
  await placeNewDatabase(database);
  const db = await openDatabase(
    database.kind === 'sqlite' ? database : { ...database, url: through(database.url) },
  );
  const time = { now: Date.now() };
  media ??= await openMedia(folder);
  return { folder, db, media, log: pino({ enabled: false }), time, clock: () => time.now };
}

/** A ledger in a folder of its own, closed and removed when the test has ended. */
export async function temporaryLedger(
  t: { after: typeof after },
  parts?: LedgerParts,
): Promise<Ledger> {
  const ledger = await openLedger(await temporaryFolder(t), parts);
  t.after(async () => {
    await ledger.db.destroy();
    await dropDatabaseOf(ledger.folder);
    ledger.media.close();
    await dropMediaOf(ledger.folder);
  });
  return ledger;
}

export async function addUser(db: Database, name = 'ann'): Promise<number> {
  const { id } = await db
    .insertInto('users')
    .values({
      username: name,
      username_key: name,
      email: `${name}@example.com`,
      email_key: `${name}@example.com`,
      password_hash: '-',
      created_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** One file for each variant of a face: with the first and last bytes of its format, and random bytes between. */
export function someFiles(): Buffer[] {
  return filesLike(VARIANTS);
}

/** The same of a picture for posts. */
export function somePostFiles(): Buffer[] {
  return filesLike(POST_VARIANTS);
}

function filesLike(variants: readonly Variant[]): Buffer[] {
  return variants.map(({ format }) => {
    const body = randomBytes(2000);
    if (format === 'jpeg') {
      return Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), body, Buffer.from('ffd9', 'hex')]);
    }
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length + 4);
    return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('WEBP'), body]);
  });
}

export function sweep(ledger: Ledger, options = {}): Promise<Swept> {
  return sweepLedger(ledger, options);
}

/** Stores these files as a picture of the user's for posts, as an upload does once they are made. */
export async function addPostPicture(
  ledger: Ledger,
  userId: number,
  files: Buffer[],
): Promise<PostPictureRow> {
  const renderWhole = async () => ({ files, size: { width: 1920, height: 1080 } });
  const deps = { ...ledger, images: { renderWhole }, config: {} };
  return add(deps, userId, { upload: inMemory(Buffer.alloc(0)), alt: '', caption: '' });
}

/** Every key in the store, sorted. */
export async function storedKeys(ledger: Ledger): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of ledger.media.list()) keys.push(key);
  return keys.toSorted();
}

/** The files that the people's pictures should have, sorted. */
export async function ownedKeys(ledger: Ledger): Promise<string[]> {
  const users = await ledger.db.selectFrom('users').select('picture_key').execute();
  const faces = users.flatMap(({ picture_key: key }) => (key === null ? [] : storeKeys(key)));
  const posts = await ledger.db.selectFrom('post_pictures').select('key').execute();
  return [...faces, ...posts.flatMap(({ key }) => storeKeys(key, 'post'))].toSorted();
}

export async function temporaryNames(ledger: Ledger): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of ledger.media.temporaries()) names.push(name);
  return names;
}

/** Deletes an account as the API does. */
export async function deleteAccount(ledger: Ledger, userId: number): Promise<void> {
  await deleteUser(ledger as unknown as Context, userId);
}

/** A store whose writes wait, once the first has begun, until they are released. */
export function heldStore(media: MediaStore) {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const write: MediaStore['write'] = async (key, bytes) => {
    begun.resolve();
    await release.promise;
    await media.write(key, bytes);
  };
  return { media: { ...media, write }, begun: begun.promise, release: release.resolve };
}

/**
 * Asserts that everything people own is there, with `verifyOwned`, before a sweep so many hours
 * later and after it, and that nothing else is then stored or recorded.
 */
export async function verifySwept(
  ledger: Ledger,
  verifyOwned: (ledger: Ledger) => Promise<void>,
  hours = 2,
): Promise<void> {
  await verifyOwned(ledger);
  ledger.time.now += hours * HOUR;
  await sweep(ledger);
  await verifyOwned(ledger);
  const owned = await ownedKeys(ledger);
  assert.deepEqual(await storedKeys(ledger), owned);
  assert.deepEqual(await temporaryNames(ledger), []);
  const rows = await ledger.db.selectFrom('pictures').select(['key', 'kind', 'state']).execute();
  assert.ok(rows.every(({ state }) => state === 'live'));
  assert.deepEqual(rows.flatMap(({ key, kind }) => storeKeys(key, kind)).toSorted(), owned);
}
