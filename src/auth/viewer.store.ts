import type { Database } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';

/** The account as it is now; undefined when it is gone. */
export async function findUser(db: Database, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}
