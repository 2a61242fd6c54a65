import { type Database, isShared, type Transaction } from '../db/database.ts';
import type { PictureRow, UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';

/** A picture and whose it is; times are microseconds, here and below. */
interface Owned {
  key: string;
  userId: number;
  now: number;
}

/** Writes down the intent to store files under this key, before the first of them is. */
export async function insertPending(db: Database, row: Owned & { dueAt: number }): Promise<void> {
  await db
    .insertInto('pictures')
    .values({
      key: row.key,
      user_id: row.userId,
      state: 'pending',
      created_at: row.now,
      due_at: row.dueAt,
    })
    .execute();
}

/** Turns a pending row live; false when there is none, since the sweeper took it. */
export async function makeLive(db: Database | Transaction, key: string): Promise<boolean> {
  const result = await db
    .updateTable('pictures')
    .set({ state: 'live', due_at: null })
    .where('key', '=', key)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Makes the row live, whatever it was, for a picture its user has; makes one if it had none. */
export async function adopt(trx: Transaction, row: Owned): Promise<void> {
  const live = { state: 'live', due_at: null } as const;
  await trx
    .insertInto('pictures')
    .values({ key: row.key, user_id: row.userId, created_at: row.now, ...live })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(live))
    .execute();
}

/** Makes the row doomed, whatever it was; makes one for a picture that had none. */
export async function doom(trx: Transaction, row: Owned & { dueAt: number }): Promise<void> {
  const doomed = { state: 'doomed', due_at: row.dueAt } as const;
  await trx
    .insertInto('pictures')
    .values({ key: row.key, user_id: row.userId, created_at: row.now, ...doomed })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(doomed))
    .execute();
}

/**
 * Dooms a row that is pending, and returns whether the files of this key may be deleted: not when it is
 * live. A key without a row may: it had one, which is gone, and keys are never reused.
 */
export async function doomUnlessLive(db: Database, key: string, now: number): Promise<boolean> {
  await db
    .updateTable('pictures')
    .set({ state: 'doomed', due_at: now })
    .where('key', '=', key)
    .where('state', '=', 'pending')
    .execute();
  return (await findPicture(db, key))?.state !== 'live';
}

/** The keys of a user's pictures that are to go, also those an earlier attempt could not delete. */
export async function findDoomedOf(trx: Transaction, userId: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('pictures')
    .select('key')
    .where('user_id', '=', userId)
    .where('state', '=', 'doomed')
    .execute();
  return rows.map(({ key }) => key);
}

/** Forgets a doomed row, once its files are gone. */
export async function deleteDoomed(db: Database, key: string): Promise<void> {
  await db.deleteFrom('pictures').where('key', '=', key).where('state', '=', 'doomed').execute();
}

/**
 * A due time further ahead was written by a clock that has been set back since, perhaps by years; in
 * microseconds. The furthest that is meant is a day.
 */
const FAR_AHEAD = 2 * 24 * 60 * 60 * 1_000_000;

interface Due {
  now: number;
  /** every pending one is due */
  includePending: boolean;
  limit: number;
}

/**
 * Rows the sweeper may take, the oldest first. Of several nodes one gets each: the others do not find it
 * until `leaseEnd`, should this one die over it, and what another is just claiming is passed over.
 */
export async function claimDue(
  db: Database,
  { leaseEnd, ...options }: Due & { leaseEnd: number },
): Promise<PictureRow[]> {
  // With SQLite two processes at most meet here, which does no harm; and where its disk is full, files that
  // are to go must make room before anything can be written.
  if (!isShared(db)) return due(db, options).execute();
  return transact(db, async (trx) => {
    const rows = await due(trx, options).forUpdate().skipLocked().execute();
    if (rows.length === 0) return rows;
    const keys = rows.map(({ key }) => key);
    await trx.updateTable('pictures').set({ due_at: leaseEnd }).where('key', 'in', keys).execute();
    return rows;
  });
}

function due(db: Database | Transaction, options: Due) {
  return (
    db
      .selectFrom('pictures')
      .selectAll()
      // The index holds these alone, in their order: few, and most of them due.
      .where('due_at', 'is not', null)
      .where((row) =>
        row.or([
          row('due_at', '<=', options.now),
          row('due_at', '>', options.now + FAR_AHEAD),
          ...(options.includePending ? [row('state', '=', 'pending')] : []),
        ]),
      )
      .orderBy('due_at')
      .limit(options.limit)
  );
}

/** Tries a row whose files could not be deleted again at `dueAt`. */
export async function postpone(db: Database, key: string, dueAt: number): Promise<void> {
  await db
    .updateTable('pictures')
    .set({ due_at: dueAt })
    .where('key', '=', key)
    .where('state', '=', 'doomed')
    .execute();
}

export async function findPicture(
  db: Database | Transaction,
  key: string,
): Promise<PictureRow | undefined> {
  return db.selectFrom('pictures').selectAll().where('key', '=', key).executeTakeFirst();
}

/** The key a user has now; undefined when there is no such user. It may have changed when this returns. */
export async function pictureKeyOf(
  db: Database,
  userId: number,
): Promise<string | null | undefined> {
  return (await keyOf(db, userId).executeTakeFirst())?.picture_key;
}

/**
 * The same, for a transaction to act upon: until it ends, nobody else gives the user another picture or
 * deletes the account. What refers to the user, such as a new post, need not wait for it.
 */
export async function lockPictureKey(
  trx: Transaction,
  userId: number,
): Promise<string | null | undefined> {
  return (await keyOf(trx, userId).forNoKeyUpdate().executeTakeFirst())?.picture_key;
}

function keyOf(db: Database | Transaction, userId: number) {
  return db.selectFrom('users').select('picture_key').where('id', '=', userId);
}

/** Gives the user this picture, or none; returns the user as it then is. The user must be there. */
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

/** Every picture's row, for the check of the store. */
export async function findAllPictures(db: Database): Promise<PictureRow[]> {
  return db.selectFrom('pictures').selectAll().execute();
}

/** How many rows there are of each state. */
export async function countPicturesByState(
  db: Database,
): Promise<Record<PictureRow['state'], number>> {
  const rows = await db
    .selectFrom('pictures')
    .select(['state', (row) => row.fn.countAll<number | string>().as('count')])
    .groupBy('state')
    .execute();
  const none = { pending: 0, live: 0, doomed: 0 };
  return { ...none, ...Object.fromEntries(rows.map((row) => [row.state, Number(row.count)])) };
}

/** Who has a picture, and which. */
export async function findPictureOwners(db: Database): Promise<{ userId: number; key: string }[]> {
  const users = await db
    .selectFrom('users')
    .select(['id', 'picture_key'])
    .where('picture_key', 'is not', null)
    .$narrowType<{ picture_key: string }>()
    .execute();
  return users.map((user) => ({ userId: user.id, key: user.picture_key }));
}

/** Turns each pending row live that a user has, and makes it that user's. */
export async function makeOwnedLive(trx: Transaction): Promise<void> {
  await trx
    .updateTable('pictures')
    .from('users')
    .set((row) => ({ state: 'live' as const, due_at: null, user_id: row.ref('users.id') }))
    .whereRef('users.picture_key', '=', 'pictures.key')
    .where('pictures.state', '=', 'pending')
    .execute();
}
