import { type Database, isShared, type Transaction } from '../db/database.ts';
import type { PictureRow } from '../db/schema.ts';
import type { PictureKind } from '../media/picture-variants.ts';
import { transact } from '../db/transact.ts';

/** A picture and its owner; times are microseconds, here and below. */
interface Owned extends StoredPicture {
  userId: number;
  now: number;
}

/** A picture, as far as its files are concerned. */
export interface StoredPicture {
  key: string;
  kind: PictureKind;
}

/** Records the intent to store files under this key, before the first of them is stored. */
export async function insertPending(
  db: Database,
  row: Owned & { dueAt: number; bytes?: number },
): Promise<void> {
  await db
    .insertInto('pictures')
    .values({
      key: row.key,
      kind: row.kind,
      user_id: row.userId,
      state: 'pending',
      created_at: row.now,
      due_at: row.dueAt,
      bytes: row.bytes ?? null,
    })
    .execute();
}

/** Turns a pending row live; false if there is none, because the sweeper removed it. */
export async function makeLive(db: Database, key: string): Promise<boolean> {
  const result = await db
    .updateTable('pictures')
    .set({ state: 'live', due_at: null })
    .where('key', '=', key)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether this row still waits for its files; not if a sweeper has taken it. */
export async function isPending(db: Database, key: string): Promise<boolean> {
  const row = await db
    .selectFrom('pictures')
    .select('key')
    .where('key', '=', key)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return row !== undefined;
}

const rowOf = ({ key, kind, userId, now }: Owned) => ({
  key,
  kind,
  user_id: userId,
  created_at: now,
});

/** Makes the row live, whatever its state, for a picture its user has; creates a missing row. */
export async function adopt(trx: Transaction, row: Owned): Promise<void> {
  const live = { state: 'live', due_at: null } as const;
  await trx
    .insertInto('pictures')
    .values({ ...rowOf(row), ...live })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(live))
    .execute();
}

/** Makes the row doomed, whatever its state; creates a missing row. */
export async function doom(trx: Transaction, row: Owned & { dueAt: number }): Promise<void> {
  await doomAll(trx, [row], row);
}

/** Databases limit the bound values of a statement. */
const DOOMED_AT_ONCE = 200;

/** The same for several pictures. */
export async function doomAll(
  trx: Transaction,
  pictures: Omit<Owned, 'now'>[],
  { now, dueAt }: { now: number; dueAt: number },
): Promise<void> {
  const doomed = { state: 'doomed', due_at: dueAt } as const;
  for (let at = 0; at < pictures.length; at += DOOMED_AT_ONCE) {
    const some = pictures.slice(at, at + DOOMED_AT_ONCE);
    await trx
      .insertInto('pictures')
      .values(some.map((picture) => ({ ...rowOf({ ...picture, now }), ...doomed })))
      .onConflict((conflict) => conflict.column('key').doUpdateSet(doomed))
      .execute();
  }
}

/**
 * Dooms a pending row, and returns whether the files of this key may be deleted: not if it is live.
 * A key without a row may be deleted: it had one, which is gone, and keys are never reused.
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

/** A user's doomed pictures, including those an earlier attempt could not delete; faces first. */
export async function findDoomedOf(trx: Transaction, userId: number): Promise<StoredPicture[]> {
  const doomed = await trx
    .selectFrom('pictures')
    .select(['key', 'kind'])
    .where('user_id', '=', userId)
    .where('state', '=', 'doomed')
    .execute();
  return doomed.toSorted((a, b) => a.kind.localeCompare(b.kind));
}

/** Deletes a doomed row, once its files are gone. */
export async function deleteDoomed(db: Database, key: string): Promise<void> {
  await db.deleteFrom('pictures').where('key', '=', key).where('state', '=', 'doomed').execute();
}

/**
 * A due time further ahead than this was written by a clock that has been set back since, perhaps
 * by years; in microseconds. The furthest that is ever set is a day.
 */
const FAR_AHEAD = 2 * 24 * 60 * 60 * 1_000_000;

interface Due {
  now: number;
  /** Whether every pending row is due. */
  includePending: boolean;
  limit: number;
}

/**
 * Rows that the sweeper may handle, oldest first. Of several nodes one gets each row: the others do
 * not see it until `leaseEnd`, in case this node dies, and skip rows that another is just claiming.
 */
export async function claimDue(
  db: Database,
  { leaseEnd, ...options }: Due & { leaseEnd: number },
): Promise<PictureRow[]> {
  // With SQLite at most two processes meet here, which does no harm; and if its disk is full, files
  // must be deleted before anything can be written.
  if (!isShared(db)) return due(db, options).execute();
  return transact(db, async (trx) => {
    const rows = await due(trx, options).forUpdate().skipLocked().execute();
    if (rows.length === 0) return rows;
    const keys = rows.map(({ key }) => key);
    await trx.updateTable('pictures').set({ due_at: leaseEnd }).where('key', 'in', keys).execute();
    return rows;
  });
}

function due(db: Database, options: Due) {
  return (
    db
      .selectFrom('pictures')
      .selectAll()
      // The index holds only these rows, in this order.
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

/** Tries a row again at `dueAt` whose files could not be deleted. */
export async function postpone(db: Database, key: string, dueAt: number): Promise<void> {
  await db
    .updateTable('pictures')
    .set({ due_at: dueAt })
    .where('key', '=', key)
    .where('state', '=', 'doomed')
    .execute();
}

/** The ledger's row for this key; undefined if there is none. */
export async function findPicture(db: Database, key: string): Promise<PictureRow | undefined> {
  return db.selectFrom('pictures').selectAll().where('key', '=', key).executeTakeFirst();
}

/** Every picture's row, for the check of the store. */
export async function findAllPictures(db: Database): Promise<PictureRow[]> {
  return db.selectFrom('pictures').selectAll().execute();
}

/** The number of rows in each state. */
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
