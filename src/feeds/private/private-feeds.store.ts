import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';
import type { Schema, UserRow } from '../../db/schema.ts';

/** When the address of a person's feeds was made (microseconds); undefined without one. */
export async function findMadeAt(db: Database, userId: number): Promise<number | undefined> {
  const found = db.selectFrom('private_feeds').select('created_at').where('user_id', '=', userId);
  return (await found.executeTakeFirst())?.created_at;
}

/** Makes this a person's only address. */
export async function replaceFeed(
  trx: Transaction,
  feed: Omit<Insertable<Schema['private_feeds']>, 'id'>,
): Promise<void> {
  await trx.deleteFrom('private_feeds').where('user_id', '=', feed.user_id).execute();
  await trx.insertInto('private_feeds').values(feed).execute();
}

/** Ends a person's address, if there is one. */
export async function deleteFeed(db: Database, userId: number): Promise<void> {
  await db.deleteFrom('private_feeds').where('user_id', '=', userId).execute();
}

/** The person whose feeds have this token, or this id, and the id. */
export async function findReader(
  db: Database,
  by: { hash: string } | { id: number },
): Promise<(UserRow & { feed_id: number }) | undefined> {
  const found = db
    .selectFrom('private_feeds')
    .innerJoin('users', 'users.id', 'private_feeds.user_id')
    .selectAll('users')
    .select('private_feeds.id as feed_id');
  const one =
    'hash' in by
      ? found.where('private_feeds.token_hash', '=', by.hash)
      : found.where('private_feeds.id', '=', by.id);
  return one.executeTakeFirst();
}
