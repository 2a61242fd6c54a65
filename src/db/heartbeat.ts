import { Unavailable } from '../errors.ts';
import type { Database } from './database.ts';

/** Writes the heartbeat's row; throws Unavailable if the database cannot be written. `now`: microseconds. */
export async function checkDatabase(db: Database, now: number): Promise<void> {
  try {
    await db
      .insertInto('heartbeat')
      .values({ id: 1, at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: now }))
      .execute();
  } catch (error) {
    throw new Unavailable('Database unavailable', { cause: error });
  }
}
