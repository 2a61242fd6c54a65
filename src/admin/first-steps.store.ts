import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

/** Whether there is any account. */
export async function hasAccounts(db: Database): Promise<boolean> {
  const row = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

/** What has been done on a new blog, by anyone. */
export interface Done {
  /** a post is published */
  written: boolean;
  /** there is an invitation, or a second account */
  invited: boolean;
  /** somebody has saved the setting of who may read, even without a change */
  chosen: boolean;
  /** an owner does not want to see the steps any more */
  dismissed: boolean;
}

/** `dismissed`: the name of the setting that says so. */
export async function findDone(db: Database, dismissed: string): Promise<Done> {
  const row = await db
    .selectNoFrom((of) => [
      sql<number | string>`(select coalesce(sum(posts), 0) from post_totals)`.as('posts'),
      of.selectFrom('invitations').select('id').limit(1).as('invitation'),
      of.selectFrom('users').select('id').orderBy('id').limit(1).offset(1).as('second'),
      of.selectFrom('settings').select('name').where('name', '=', 'readers').as('readers'),
      of.selectFrom('settings').select('name').where('name', '=', dismissed).as('dismissed'),
    ])
    .executeTakeFirstOrThrow();
  return {
    written: Number(row.posts) > 0,
    invited: row.invitation !== null || row.second !== null,
    chosen: row.readers !== null,
    dismissed: row.dismissed !== null,
  };
}
