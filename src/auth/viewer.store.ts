import type { Database, Transaction } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';

/** The current account; undefined if it is gone. */
export async function findUser(db: Database, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The same, locked against changes until the transaction ends. */
export async function lockUser(trx: Transaction, id: number): Promise<UserRow | undefined> {
  const query = trx.selectFrom('users').selectAll().where('id', '=', id);
  return query.forShare().executeTakeFirst();
}
