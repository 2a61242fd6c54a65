import type { Database } from './database.ts';

/** Deletes the sessions and reset tokens that ended before `now` (microseconds); returns how many. */
export async function deleteExpired(db: Database, now: number): Promise<number> {
  let deleted = 0n;
  for (const table of ['sessions', 'reset_tokens'] as const) {
    const result = await db.deleteFrom(table).where('expires_at', '<=', now).executeTakeFirst();
    deleted += result.numDeletedRows;
  }
  return Number(deleted);
}
