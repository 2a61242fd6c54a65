import { type RawBuilder, sql } from 'kysely';
import { type Database, isShared } from '../db/database.ts';
import { INDEX_IDS } from '../db/migrations/0017-post-index.ts';
import { phrasesOfFts5, toTsquery } from './match.ts';
import { matching, type Wanted, within } from './search.store.ts';

/** A word in the title counts as many in the text. */
const TITLE = 10;
/** Phrases that more posts have are not looked at: it would take 25 ms for each million. */
const COMMON = 50_000;

/**
 * The ids of the posts that match, best first and then newest first; at most `limit` may match.
 * Undefined if there is no phrase that few enough posts have.
 */
export async function rankMatches(
  db: Database,
  wanted: Wanted,
  limit: number,
): Promise<number[] | undefined> {
  const ranked = isShared(db) ? inPostgresql(db, wanted, limit) : await inSqlite(db, wanted, limit);
  const result = ranked && (await within(db, (trx) => ranked.execute(trx)));
  return result?.rows.map(({ id }) => id);
}

/**
 * Each phrase counts alike, by BM25 in proportion to the best post. So the order does not tell how
 * often a phrase occurs in posts that the viewer may not read, as BM25 of the whole query would.
 */
async function inSqlite(
  db: Database,
  wanted: Wanted,
  limit: number,
): Promise<RawBuilder<{ id: number }> | undefined> {
  const phrases = await rareOf(db, phrasesOfFts5(wanted.match));
  if (phrases.length === 0) return undefined;
  // The plus sign keeps SQLite from asking the index once for each post.
  const scores = phrases.map(
    (phrase, nth) => sql`
      select ${sql.lit(nth)} as phrase, rowid as place, bm25(post_index, ${sql.lit(TITLE)}, 1, 0) as score
      from post_index
      where post_index match ${phrase} and +rowid in (select place from found)`,
  );
  const found = matching(db, wanted)
    .select(sql`post_index.rowid`.as('place'))
    .limit(limit);
  return sql`
    with found as materialized ${found}
    select place & ${sql.lit(INDEX_IDS - 1)} as id
    from (
      select place, score / min(score) over (partition by phrase) as part
      from (${sql.join(scores, sql` union all `)})
    )
    group by place
    order by sum(part) desc, place desc`;
}

/** Those phrases that not too many posts have. */
async function rareOf(db: Database, phrases: readonly string[]): Promise<string[]> {
  if (phrases.length === 0) return [];
  const counts = phrases.map(
    (phrase, nth) => sql`
      select ${sql.lit(nth)} as nth, count(*) as posts
      from (select 1 from post_index where post_index match ${phrase} limit ${sql.lit(COMMON + 1)})`,
  );
  const { rows } = await sql<{ nth: number; posts: number }>`
    ${sql.join(counts, sql` union all `)}`.execute(db);
  return rows.flatMap(({ nth, posts }) => (posts <= COMMON ? (phrases[nth] ?? []) : []));
}

/** By how often and how close together the words are, and how long the text is. */
function inPostgresql(
  db: Database,
  wanted: Wanted,
  limit: number,
): RawBuilder<{ id: number }> | undefined {
  const words = { ...wanted.match, none: [], facts: [], notFacts: [] };
  if (words.all.length === 0) return undefined;
  const found = matching(db, wanted)
    .select([
      'post_index.post_id',
      'post_index.date_posted',
      sql.ref('post_index.words').as('words'),
    ])
    .limit(limit);
  const weights = sql.lit(`{${1 / TITLE}, ${1 / TITLE}, ${1 / TITLE}, 1}`);
  return sql`
    select post_id as id
    from ${found} as found
    order by ts_rank_cd(${weights}::float4[], words, ${toTsquery(words)}::tsquery, 1) desc,
      date_posted desc, post_id desc`;
}
