import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { type Match, termsOfFts5 } from './match.ts';

/** A word that more posts have is common. SQLite takes 2 ms to count that far. */
const COMMON = 50_000;

/** Whether very many posts match an expression of SQLite's FTS5. */
export async function isCommon(db: Database, expression: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from post_index where post_index match ${expression}
    limit 1 offset ${sql.lit(COMMON)}`.execute(db);
  return rows.length > 0;
}

/**
 * Whether SQLite might read an index of very many posts to its end, which nothing interrupts: each
 * word is common, and the posts that have them all may still be few.
 */
export async function isTooCommon(db: Database, match: Match): Promise<boolean> {
  const { all, none, notFacts, inTitle } = match;
  const mayBeFew =
    inTitle ||
    none.length + notFacts.length > 0 ||
    all.some(({ terms, prefix }) => terms.length > 1 || (prefix && all.length > 1));
  if (!mayBeFew) return false;
  for (const term of termsOfFts5(match)) {
    if (!(await isCommon(db, term))) return false;
  }
  return true;
}
