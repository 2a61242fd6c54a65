import { sql } from 'kysely';
import type { Database } from '../../../src/db/database.ts';
import { INDEX_IDS } from '../../../src/db/migrations/0017-post-index.ts';
import { ON_POSTGRESQL } from './postgres.ts';

/** All that the index holds, in an order of its own: the same for the same posts. */
export async function indexOf(db: Database): Promise<unknown[]> {
  if (ON_POSTGRESQL) {
    const all = sql<object>`select post_id, date_posted, words::text as words from post_index order by post_id`;
    return (await all.execute(db)).rows;
  }
  await sql`create virtual table if not exists temp.index_terms
    using fts5vocab(main, post_index, instance)`.execute(db);
  const all = sql<object>`select doc % ${INDEX_IDS} as post_id, col, "offset", term
    from index_terms order by doc, col, "offset"`;
  return (await all.execute(db)).rows.map((row) => ({ ...row }));
}

/** The posts that the index holds. */
export async function indexedPosts(db: Database): Promise<number[]> {
  const rows = (await indexOf(db)) as { post_id: number }[];
  return [...new Set(rows.map(({ post_id }) => post_id))].toSorted((a, b) => a - b);
}
