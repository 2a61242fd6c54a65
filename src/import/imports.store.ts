import { sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { NewUser } from '../db/schema.ts';
import { tablesInReach } from '../db/tables.ts';
import type { ValidPost } from './import-rules.ts';

async function findImport(db: Database): Promise<Found['before']> {
  return db.selectFrom('imports').selectAll().executeTakeFirst();
}

/** Records that an import from this source has begun. */
export async function beginImport(trx: Transaction, source: string): Promise<void> {
  await trx.insertInto('imports').values({ source, finished_at: null }).execute();
}

/** `now`: microseconds. */
export async function finishImport(db: Database, source: string, now: number): Promise<void> {
  await db.updateTable('imports').set({ finished_at: now }).where('source', '=', source).execute();
}

/** The state of the blog that is imported into. */
export interface Found {
  before: { source: string; finished_at: number | null } | undefined;
  empty: boolean;
}

/** Also works for a database without tables, or with those of an older Masthead. */
export async function findWhatIsThere(db: Database): Promise<Found> {
  const names = (await tablesInReach(db)).map(({ name }) => name);
  const before = names.includes('imports') ? await findImport(db) : undefined;
  for (const table of ['users', 'posts', 'pictures']) {
    if (!names.includes(table)) continue;
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0) return { before, empty: false };
  }
  return { before, empty: true };
}

/** The user with this id, as far as the import needs it. */
export async function findImported(
  db: Database,
  id: number,
): Promise<{ picture_key: string | null } | undefined> {
  return db.selectFrom('users').select('picture_key').where('id', '=', id).executeTakeFirst();
}

/** Throws a unique violation if somebody has the name or address. */
export async function insertImported(db: Database, user: NewUser): Promise<void> {
  await db.insertInto('users').values(user).execute();
}

/** Skips posts that exist: they were imported before. */
export async function insertPosts(db: Database, posts: ValidPost[]): Promise<void> {
  if (posts.length === 0) return;
  await db
    .insertInto('posts')
    .values(posts.map((post) => ({ ...post, form_key: null })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
