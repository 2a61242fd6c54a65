import { type Insertable, sql } from 'kysely';
import { isShared, type Transaction } from '../db/database.ts';
import type { Schema } from '../db/schema.ts';

/** What a notice says, beside whom it tells. */
export type NewNotice = Omit<Insertable<Schema['notices']>, 'id' | 'user_id' | 'read_at'>;

/**
 * Adds a notice for one person; does nothing if their account is gone, or they have a notice about
 * the same comment.
 */
export async function insertNotice(
  trx: Transaction,
  userId: number,
  notice: NewNotice,
): Promise<void> {
  const person = recipients(trx, notice).where('users.id', '=', userId);
  await insertFrom(trx, person);
}

/** Adds a notice for every editor and owner except the one who did it. */
export async function insertForEditors(trx: Transaction, notice: NewNotice): Promise<void> {
  const editors = recipients(trx, notice)
    .where('users.role', 'in', ['editor', 'owner'])
    .where('users.state', '=', 'active')
    .where('users.id', '!=', notice.actor_id ?? 0);
  await insertFrom(trx, editors);
}

/** The ids of those who have a notice of this kind of a comment. */
export async function listTold(
  trx: Transaction,
  { commentId, kind }: { commentId: number; kind: Schema['notices']['kind'] },
): Promise<number[]> {
  const rows = await trx
    .selectFrom('notices')
    .select('user_id')
    .where('comment_id', '=', commentId)
    .where('kind', '=', kind)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

function recipients(trx: Transaction, notice: NewNotice) {
  const { kind, actor_id, post_id, comment_id, created_at } = notice;
  const id = (value: number | null | undefined) =>
    sql<number | null>`cast(${value ?? null} as bigint)`;
  return trx
    .selectFrom('users')
    .select([
      'users.id as user_id',
      sql<Schema['notices']['kind']>`cast(${kind} as text)`.as('kind'),
      id(actor_id).as('actor_id'),
      id(post_id).as('post_id'),
      id(comment_id).as('comment_id'),
      sql<number>`cast(${created_at} as bigint)`.as('created_at'),
    ]);
}

async function insertFrom(trx: Transaction, people: ReturnType<typeof recipients>): Promise<void> {
  await trx
    .insertInto('notices')
    .columns(['user_id', 'kind', 'actor_id', 'post_id', 'comment_id', 'created_at'])
    // Locked, so that an account that is deleted in this moment is not an error.
    .expression(isShared(trx) ? people.forKeyShare() : people)
    .onConflict((same) => same.doNothing())
    .execute();
}
