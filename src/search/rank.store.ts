import { type RawBuilder, sql } from 'kysely';
import { type Database, isShared } from '../db/database.ts';
import { INDEX_IDS, indexRow } from '../db/migrations/0017-post-index.ts';
import { isCommon } from './common.store.ts';
import { type Match, phrasesOfFts5, toTsquery } from './match.ts';
import { within } from './search.store.ts';

/**
 * Phrases that more posts than this have are left out of the ranking, because BM25 would count all
 * these posts.
 */
const COMMON = 50_000;
/** How many words in the text a word in the title counts as. */
const TITLE = 10;

/**
 * Sorts matching posts by relevance, then newest first. Undefined if the search has no phrase to
 * rank by, for example only a tag.
 */
export async function rank(
  db: Database,
  match: Match,
  ids: readonly number[],
): Promise<number[] | undefined> {
  const ranked = isShared(db) ? inPostgresql(match, ids) : await inSqlite(db, match, ids);
  const result = ranked && (await within(db, (trx) => ranked.execute(trx)));
  return result?.rows.map(({ id }) => id);
}

/**
 * Each phrase counts alike, by BM25 in proportion to the best post. So the order does not tell how
 * often a phrase occurs in posts that the viewer may not read, as BM25 of the whole query would.
 * BM25 counts all posts with the phrase, 25 ms for each million, so common ones are left out.
 */
async function inSqlite(
  db: Database,
  match: Match,
  ids: readonly number[],
): Promise<RawBuilder<{ id: number }> | undefined> {
  const phrases: string[] = [];
  for (const phrase of phrasesOfFts5(match)) {
    if (!(await isCommon(db, phrase, COMMON)).common) phrases.push(phrase);
  }
  if (phrases.length === 0) return undefined;
  // The plus sign keeps SQLite from asking the index once for each post.
  const scores = phrases.map(
    (phrase, nth) => sql`
      select ${sql.lit(nth)} as phrase, rowid as place, bm25(post_index, ${sql.lit(TITLE)}, 1, 0) as score
      from post_index
      where post_index match ${phrase} and +rowid in (select place from found)`,
  );
  return sql`
    with found as materialized (
      select ${sql.raw(indexRow('posts'))} as place
      from json_each(${JSON.stringify(ids)}) as given cross join posts
      where posts.id = given.value
    )
    select place & ${sql.lit(INDEX_IDS - 1)} as id
    from (
      select place, score / min(score) over (partition by phrase) as part
      from (${sql.join(scores, sql` union all `)})
    )
    group by place
    order by sum(part) desc, place desc`;
}

/** Ranks by how often and how close together the words occur, and by the length of the text. */
function inPostgresql(
  { all, inTitle }: Match,
  ids: readonly number[],
): RawBuilder<{ id: number }> | undefined {
  if (all.length === 0) return undefined;
  const words = toTsquery({ all, inTitle, none: [], facts: [], notFacts: [] });
  const weights = sql.lit(`{${1 / TITLE}, ${1 / TITLE}, ${1 / TITLE}, 1}`);
  return sql`
    select post_id as id
    from post_index
    where post_id = any(${[...ids]}::bigint[])
    order by ts_rank_cd(${weights}::float4[], words, ${words}::tsquery, 1) desc,
      date_posted desc, post_id desc`;
}
