import type { Database } from './database.ts';

/**
 * Deletes the sessions and reset tokens that ended before `now` (microseconds) and returns how many; also
 * what was counted for limits that begin anew.
 */
export async function deleteExpired(db: Database, now: number): Promise<number> {
  let deleted = 0n;
  for (const table of ['sessions', 'reset_tokens'] as const) {
    const result = await db.deleteFrom(table).where('expires_at', '<=', now).executeTakeFirst();
    deleted += result.numDeletedRows;
  }
  await db
    .deleteFrom('rate_limits')
    .where('expire', '<=', Math.floor(now / 1000))
    .execute();
  return Number(deleted);
}
