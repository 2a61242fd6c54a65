import { sql } from 'kysely';
import { type Database, isShared, type Transaction } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';
import type { PictureKind } from '../media/picture-variants.ts';
import type { StoredPicture } from './pictures.store.ts';

/** A picture that somebody has, or may have. */
export interface OwnedPicture extends StoredPicture {
  userId: number;
}

/** What makes a picture of each kind live: a person's `picture_key`, a row of `post_pictures` or of `site_pictures`. */
interface Liveness {
  isHeld: (db: Database, picture: OwnedPicture) => Promise<boolean>;
  findHeld: (db: Database, userId?: number) => Promise<{ key: string; userId: number }[]>;
  /** Takes one of the user's pictures, or all, so that they are no longer live. The user is locked. */
  release: (trx: Transaction, userId: number, key?: string) => Promise<void>;
  /** Turns each pending row live whose picture somebody has, and sets its owner. */
  makeLive: (trx: Transaction) => Promise<unknown>;
}

/**
 * The only place that knows what makes a picture live; the rest of the ledger is the same for every
 * kind.
 */
const LIVE: Readonly<Record<PictureKind, Liveness>> = {
  face: {
    isHeld: async (db, { key, userId }) =>
      (await keyOf(db, userId).executeTakeFirst())?.picture_key === key,
    async findHeld(db, userId) {
      const users = await db
        .selectFrom('users')
        .select(['id', 'picture_key'])
        .where('picture_key', 'is not', null)
        .$if(userId !== undefined, (query) => query.where('id', '=', userId ?? 0))
        .$narrowType<{ picture_key: string }>()
        .execute();
      return users.map(({ id, picture_key: key }) => ({ key, userId: id }));
    },
    release: async (trx, userId) => void (await setPictureKey(trx, userId, null)),
    makeLive: (trx) =>
      trx
        .updateTable('pictures')
        .from('users')
        .set((row) => ({ state: 'live' as const, due_at: null, user_id: row.ref('users.id') }))
        .whereRef('users.picture_key', '=', 'pictures.key')
        .where('pictures.state', '=', 'pending')
        .execute(),
  },
  post: {
    isHeld: async (db, { key, userId }) =>
      (await db
        .selectFrom('post_pictures')
        .select('id')
        .where('key', '=', key)
        .where('user_id', '=', userId)
        .executeTakeFirst()) !== undefined,
    findHeld: (db, userId) =>
      db
        .selectFrom('post_pictures')
        .select(['key', 'user_id as userId'])
        .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
        .execute(),
    async release(trx, userId, key) {
      const released = trx
        .selectFrom('post_pictures')
        .select('id')
        .where('user_id', '=', userId)
        .$if(key !== undefined, (query) => query.where('key', '=', key ?? ''));
      const uses = trx.selectFrom('picture_uses').where('picture_id', 'in', released);
      // The text is rendered again, without the picture, when it is next read.
      await trx
        .updateTable('post_texts')
        .set({ renderer: 0 })
        .where(
          'post_id',
          'in',
          uses
            .select('post_id')
            .where('post_id', 'is not', null)
            .$narrowType<{ post_id: number }>(),
        )
        .execute();
      await trx.deleteFrom('picture_uses').where('picture_id', 'in', released).execute();
      await trx.deleteFrom('post_pictures').where('id', 'in', released).execute();
    },
    makeLive: (trx) =>
      trx
        .updateTable('pictures')
        .from('post_pictures')
        .set((row) => ({
          state: 'live' as const,
          due_at: null,
          user_id: row.ref('post_pictures.user_id'),
        }))
        .whereRef('post_pictures.key', '=', 'pictures.key')
        .where('pictures.state', '=', 'pending')
        .execute(),
  },
  // These belong to the blog, and stay when the person who uploaded them leaves.
  site: {
    isHeld: async (db, { key }) =>
      (await db
        .selectFrom('site_pictures')
        .select('name')
        .where('key', '=', key)
        .executeTakeFirst()) !== undefined,
    async findHeld(db, userId) {
      if (userId !== undefined) return [];
      const rows = await db.selectFrom('site_pictures').select('key').execute();
      return rows.map(({ key }) => ({ key, userId: NOBODY }));
    },
    async release(trx, _userId, key) {
      if (key === undefined) return;
      await trx.deleteFrom('site_pictures').where('key', '=', key).execute();
    },
    makeLive: (trx) =>
      trx
        .updateTable('pictures')
        .from('site_pictures')
        .set({ state: 'live', due_at: null })
        .whereRef('site_pictures.key', '=', 'pictures.key')
        .where('pictures.state', '=', 'pending')
        .execute(),
  },
};

/** The user of pictures that belong to the blog. */
const NOBODY = 0;

/** The kinds of pictures. */
const KINDS = Object.keys(LIVE) as PictureKind[];

/** Whether the user has this picture now. It may change at any time; see `lockLive`. */
export async function isLive(db: Database, picture: OwnedPicture): Promise<boolean> {
  return LIVE[picture.kind].isHeld(db, picture);
}

/** The same within a transaction, until whose end the answer stays true. */
export async function lockLive(trx: Transaction, picture: OwnedPicture): Promise<boolean> {
  await lockPictureKey(trx, picture.userId);
  if (picture.kind === 'site') await lockSitePictures(trx);
  return LIVE[picture.kind].isHeld(trx, picture);
}

/** Every picture that somebody has. */
export async function findLive(db: Database): Promise<OwnedPicture[]> {
  const found: OwnedPicture[] = [];
  for (const kind of KINDS) {
    for (const held of await LIVE[kind].findHeld(db)) found.push({ ...held, kind });
  }
  return found;
}

/** Takes a live picture from its user, who is locked; its row in the ledger must be doomed next. */
export async function release(
  trx: Transaction,
  { kind, userId, key }: OwnedPicture,
): Promise<void> {
  await LIVE[kind].release(trx, userId, key);
}

/** Locks the user, takes all of their pictures from them and returns these. */
export async function releaseAll(trx: Transaction, userId: number): Promise<OwnedPicture[]> {
  if ((await lockPictureKey(trx, userId)) === undefined) return [];
  const released: OwnedPicture[] = [];
  for (const kind of KINDS) {
    for (const held of await LIVE[kind].findHeld(trx, userId)) released.push({ ...held, kind });
    await LIVE[kind].release(trx, userId);
  }
  return released;
}

/** Turns each pending row live whose picture a restored row has, and sets its owner. */
export async function makeRestoredLive(trx: Transaction): Promise<void> {
  for (const kind of KINDS) await LIVE[kind].makeLive(trx);
}

/**
 * The key of the user's face; undefined if there is no such user. Until the transaction ends, nobody
 * else changes the user's pictures or deletes the account. Rows that refer to the user, such as a new
 * post, need not wait.
 */
export async function lockPictureKey(
  trx: Transaction,
  userId: number,
): Promise<string | null | undefined> {
  return (await keyOf(trx, userId).forNoKeyUpdate().executeTakeFirst())?.picture_key;
}

function keyOf(db: Database, userId: number) {
  return db.selectFrom('users').select('picture_key').where('id', '=', userId);
}

/** Gives the user this face, or none, and returns the changed user. The user must exist. */
export async function setPictureKey(
  trx: Transaction,
  userId: number,
  key: string | null,
): Promise<UserRow> {
  return trx
    .updateTable('users')
    .set({ picture_key: key })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Until the transaction ends, nobody else changes the blog's own pictures. */
export async function lockSitePictures(trx: Transaction): Promise<void> {
  // In SQLite one transaction writes at a time.
  if (isShared(trx)) await sql`lock table site_pictures in share row exclusive mode`.execute(trx);
}
