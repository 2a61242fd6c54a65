import { type ExpressionBuilder, sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { Schema, UserRow } from '../db/schema.ts';

/** An account in lists; `last_seen_at`: microseconds, null without a session. */
export type PersonRow = Pick<
  UserRow,
  | 'id'
  | 'username'
  | 'picture_key'
  | 'role'
  | 'state'
  | 'created_at'
  | 'suspended_until'
  | 'state_reason'
> & { last_seen_at: number | null };

const lastSeen = (user: ExpressionBuilder<Schema, 'users'>) =>
  user
    .selectFrom('sessions')
    .whereRef('sessions.user_id', '=', 'users.id')
    .select((of) => of.fn.max('sessions.last_seen_at').as('last_seen_at'))
    .as('last_seen_at');

function people(db: Database) {
  return db
    .selectFrom('users')
    .select(['id', 'username', 'picture_key', 'role', 'state', 'created_at'])
    .select(['suspended_until', 'state_reason'])
    .select(lastSeen);
}

/** People with a lower id than `before`, newest first; with `key`, whose name's key begins with it. */
export async function listPeople(
  db: Database,
  { key, before, limit }: { key: string; before: number; limit: number },
): Promise<PersonRow[]> {
  const query = people(db).limit(limit);
  if (key === '') {
    return query.where('id', '<', before).orderBy('id', 'desc').execute();
  }
  // A range of the index; nothing sorts behind U+10FFFF.
  return query
    .where('username_key', '>=', key)
    .where('username_key', '<', `${key}\u{10ffff}`)
    .orderBy('username_key')
    .execute();
}

/** People who wait for approval, longest first. */
export async function listWaiting(db: Database, limit: number): Promise<PersonRow[]> {
  return (
    people(db)
      // As a literal, so that the partial index is used.
      .where('state', '=', sql.lit('waiting'))
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}

/** The account with this id; undefined if there is none. */
export async function findPerson(db: Database, id: number): Promise<PersonRow | undefined> {
  return people(db).where('id', '=', id).executeTakeFirst();
}

/** These accounts, locked in the order of their ids; others may still refer to them. */
export async function lockBoth(trx: Transaction, ids: readonly number[]): Promise<UserRow[]> {
  const users = trx.selectFrom('users').selectAll().where('id', 'in', ids);
  return users.orderBy('id').forNoKeyUpdate().execute();
}

/** How much of each kind somebody has. */
export async function countBelongings(
  db: Database,
  id: number,
): Promise<{ posts: number; comments: number; drafts: number; pictures: number }> {
  const count = (table: 'posts' | 'comments' | 'drafts' | 'post_pictures') =>
    db
      .selectFrom(table)
      .select((of) => of.fn.countAll<number | string>().as('n'))
      .where('user_id', '=', id);
  const row = await db
    .selectNoFrom([
      count('posts').as('posts'),
      count('comments').as('comments'),
      count('drafts').as('drafts'),
      count('post_pictures').as('pictures'),
    ])
    .executeTakeFirstOrThrow();
  const [posts, comments] = [Number(row.posts), Number(row.comments)];
  return { posts, comments, drafts: Number(row.drafts), pictures: Number(row.pictures) };
}
