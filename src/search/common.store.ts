import { type QueryResult, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { Spent } from '../db/sqlite/reader.ts';
import { hasExceptions, type Match, termsOfFts5 } from './match.ts';

/** A word is common if more posts than this have it. SQLite takes 1 ms to count that far. */
const COMMON = 20_000;

/** Whether very many posts match, and the processor time that SQLite's reader took to find out. */
interface Commonness {
  common: boolean;
  cpuMs: number;
}

/** Whether very many posts match an expression of SQLite's FTS5. */
export async function isCommon(
  db: Database,
  expression: string,
  common = COMMON,
): Promise<Commonness> {
  const query = sql`
    select 1 from post_index where post_index match ${expression}
    limit 1 offset ${sql.lit(common)}`;
  const { rows, cpuMs = 0 } = (await query.execute(db)) as QueryResult<unknown> & Spent;
  return { common: rows.length > 0, cpuMs };
}

/**
 * Whether a search might make SQLite read very long index entries to their end, which cannot be
 * interrupted: each word is common, but few posts may have them all.
 */
export async function isTooCommon(db: Database, match: Match): Promise<Commonness> {
  const { all } = match;
  const mayBeFew =
    hasExceptions(match) ||
    all.some(({ terms, prefix }) => terms.length > 1 || (prefix && all.length > 1));
  if (!mayBeFew) return { common: false, cpuMs: 0 };
  let spent = 0;
  for (const term of termsOfFts5(match)) {
    const { common, cpuMs } = await isCommon(db, term);
    spent += cpuMs;
    if (!common) return { common, cpuMs: spent };
  }
  return { common: true, cpuMs: spent };
}
