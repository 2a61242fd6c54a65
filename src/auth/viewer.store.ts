import { type ExpressionBuilder, sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { Schema, UserRow } from '../db/schema.ts';
import type { SignedIn } from './policy.ts';

/** The current account; undefined if it is gone. */
export async function findUser(db: Database, id: number): Promise<SignedIn | undefined> {
  const user = db.selectFrom('users').selectAll('users').select(hiddenPosts);
  return user.where('users.id', '=', id).executeTakeFirst();
}

/** How many posts of a user are hidden, for a query that finds the user. */
export function hiddenPosts(
  user: ExpressionBuilder<Pick<Schema, 'users' | 'post_counts'>, 'users'>,
) {
  const hidden = user
    .selectFrom('post_counts')
    .select('post_counts.hidden')
    .whereRef('post_counts.user_id', '=', 'users.id');
  return user.fn.coalesce(hidden, sql<number>`0`).as('hidden_posts');
}

/** The current account, locked against changes until the transaction ends. */
export async function lockUser(trx: Transaction, id: number): Promise<UserRow | undefined> {
  const query = trx.selectFrom('users').selectAll().where('id', '=', id);
  return query.forShare().executeTakeFirst();
}

/**
 * The same, locked so that of several transactions that call this one continues at a time. Rows that
 * refer to the account, such as notices, may be added meanwhile: two people who answer each other
 * must not deadlock.
 */
export async function lockUserAlone(trx: Transaction, id: number): Promise<UserRow | undefined> {
  const query = trx.selectFrom('users').selectAll().where('id', '=', id);
  return query.forNoKeyUpdate().executeTakeFirst();
}
