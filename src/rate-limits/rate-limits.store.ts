import type { Database } from '../db/database.ts';

/** Deletes counts that expired before `before` (microseconds) and returns how many. */
export async function deleteExpiredLimits(db: Database, before: number): Promise<number> {
  const deleting = db.deleteFrom('rate_limits').where('expire', '<=', Math.floor(before / 1000));
  return Number((await deleting.executeTakeFirst()).numDeletedRows);
}
