import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { ModerationRow, Schema } from '../db/schema.ts';

/** An entry with the current names; null: there is no such account (any more). */
export type LogEntry = ModerationRow & {
  actor: string | null;
  person: string | null;
  receiver: string | null;
};

export async function insertEntry(
  trx: Transaction,
  entry: Insertable<Schema['moderation_log']>,
): Promise<void> {
  await trx.insertInto('moderation_log').values(entry).execute();
}

/** Empties the reasons of what was done to an account, when it is deleted; the entries stay. */
export async function blankReasons(trx: Transaction, userId: number): Promise<void> {
  await trx
    .updateTable('moderation_log')
    .set({ reason: '' })
    .where('user_id', '=', userId)
    .execute();
}

/** Entries with a lower id than `before`, newest first. */
export async function listEntries(
  db: Database,
  { before, limit }: { before: number; limit: number },
): Promise<LogEntry[]> {
  return db
    .selectFrom('moderation_log as entry')
    .leftJoin('users as actors', 'actors.id', 'entry.actor_id')
    .leftJoin('users as people', 'people.id', 'entry.user_id')
    .leftJoin('users as receivers', 'receivers.id', 'entry.to_user_id')
    .selectAll('entry')
    .select([
      'actors.username as actor',
      'people.username as person',
      'receivers.username as receiver',
    ])
    .where('entry.id', '<', before)
    .orderBy('entry.id', 'desc')
    .limit(limit)
    .execute();
}
