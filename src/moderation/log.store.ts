import { expressionBuilder, type Insertable } from 'kysely';
import { type Viewer, visibleTo } from '../auth/policy.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { ModerationRow, Schema } from '../db/schema.ts';

/**
 * An entry with the names that people have now. A name is null if the entry is about no account, or
 * that account is gone. `post_title` is null if whoever reads the log may not read the post.
 */
export type LogEntry = ModerationRow & {
  actor: string | null;
  person: string | null;
  receiver: string | null;
  post_title: string | null;
};

/** Adds an entry to the log. */
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

/** Entries with a lower id than `before`, newest first, for `viewer`. */
export async function listEntries(
  db: Database,
  viewer: Viewer,
  { before, limit }: { before: number; limit: number },
): Promise<LogEntry[]> {
  const readable = visibleTo(viewer)(expressionBuilder<Schema, 'posts'>());
  return db
    .selectFrom('moderation_log as entry')
    .leftJoin('users as actors', 'actors.id', 'entry.actor_id')
    .leftJoin('users as people', 'people.id', 'entry.user_id')
    .leftJoin('users as receivers', 'receivers.id', 'entry.to_user_id')
    .leftJoin('posts', (join) => join.onRef('posts.id', '=', 'entry.post_id').on(readable))
    .selectAll('entry')
    .select([
      'posts.title as post_title',
      'actors.username as actor',
      'people.username as person',
      'receivers.username as receiver',
    ])
    .where('entry.id', '<', before)
    .orderBy('entry.id', 'desc')
    .limit(limit)
    .execute();
}
