import type { Database } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';

/** The current account; undefined if it is gone. */
export async function findUser(db: Database, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}
