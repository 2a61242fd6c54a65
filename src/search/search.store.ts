import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { PostCondition } from '../auth/policy.ts';
import { type Database, isShared } from '../db/database.ts';
import { isTimeout } from '../db/errors.ts';
import { INDEX_IDS, indexRow } from '../db/migrations/0017-post-index.ts';
import type { Schema } from '../db/schema.ts';
import type { Spent } from '../db/sqlite/reader.ts';
import { transact } from '../db/transact.ts';
import type { Place } from '../posts/cursor.ts';
import { monthTerm } from '../posts/post.ts';
import { exactKey, nameKey } from '../unicode/case-fold.ts';
import { type Match, toFts5, toTsquery } from './match.ts';

/** Milliseconds that PostgreSQL may take for a search, and the part of them for its preferred way. */
const STATEMENT_MS = 1000;
const PREFERRED_MS = 200;

/** The accounts that a name means: it may be spelt like another's. */
export async function listAccountsNamed(db: Database, name: string): Promise<number[]> {
  const keys = [nameKey(name), exactKey(name)];
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('username_key', 'in', keys)
    .execute();
  return rows.map(({ id }) => id);
}

/** Which posts are looked for. */
export interface Wanted {
  match: Match;
  /** From `visibleTo`. */
  visible: PostCondition;
}

/**
 * How PostgreSQL reads. If it expects many matches, it prefers to read posts by date until the page
 * is full. But it assumes that words are independent of each other, so there may be few matches;
 * then finding them by the index of words is better.
 */
type Way = 'preferred' | 'by words';

/** Which of the matching posts to list. */
export interface Range {
  after: Place | undefined;
  limit: number;
  /** On SQLite: only posts of these months. The search reads no others. */
  months?: readonly number[];
}

/**
 * The newest posts that match, behind `after`, and the processor time of SQLite's reader; on SQLite
 * those of one second by their ids. If PostgreSQL takes too long, this throws Unavailable with its
 * answer as cause.
 */
export async function listMatches(
  db: Database,
  wanted: Wanted,
  range: Range,
): Promise<{ places: Place[]; cpuMs: number }> {
  const { rows, cpuMs = 0 } = await inSomeWay(db, (trx, way) => listIn(trx, way, wanted, range));
  return { places: rows, cpuMs };
}

/** The same in one given way, within a PostgreSQL transaction that has a time limit. */
export async function listIn(
  trx: Database,
  way: Way,
  { match, visible }: Wanted,
  { after, limit, months }: Range,
): Promise<{ rows: Place[] } & Spent> {
  const { order, behind } = isShared(trx) ? IN_POSTGRESQL[way] : IN_SQLITE;
  const facts = months ? [...match.facts, months.map(monthTerm)] : match.facts;
  const query = matching(trx, { match: { ...match, facts }, visible })
    .select(['posts.id', 'posts.date_posted'])
    .$if(after !== undefined, (page) => page.where(behind(after as Place)))
    .orderBy(order)
    .limit(limit);
  return trx.executeQuery(query.compile());
}

/** The times of the first and the last post, hidden ones too; microseconds. */
export async function findSpan(db: Database): Promise<{ first: number; last: number }> {
  const kept = db.selectFrom('posts').where('state', '<>', sql.lit('unpublished'));
  const span = await db
    .selectNoFrom([
      kept.select((of) => of.fn.min('date_posted').as('date')).as('first'),
      kept.select((of) => of.fn.max('date_posted').as('date')).as('last'),
    ])
    .executeTakeFirstOrThrow();
  return { first: span.first ?? 0, last: span.last ?? 0 };
}

/** How many posts match, counted no further than `enough`. */
export async function countMatches(db: Database, wanted: Wanted, enough: number): Promise<number> {
  const count = await inSomeWay(db, (trx) =>
    trx
      .selectFrom(matching(trx, wanted).select('posts.id').limit(enough).as('found'))
      .select((of) => of.fn.countAll<number>().as('count'))
      .executeTakeFirst(),
  );
  return count?.count ?? 0;
}

/** A cross join makes SQLite begin with the index. */
function matching(db: Database, { match, visible }: Wanted) {
  const index = isShared(db) ? IN_POSTGRESQL.preferred : IN_SQLITE;
  return db
    .selectFrom('post_index')
    .crossJoin('posts')
    .where(index.matches(match))
    .where(index.isPost)
    .where((post) => visible(post as unknown as ExpressionBuilder<Schema, 'posts'>));
}

const IN_SQLITE = {
  matches: (match: Match) => sql<boolean>`post_index match ${toFts5(match)}`,
  isPost: sql<boolean>`posts.id = post_index.rowid & ${sql.lit(INDEX_IDS - 1)}`,
  order: sql`post_index.rowid desc`,
  behind: ({ date_posted, id }: Place) => sql<boolean>`post_index.rowid < (
    select ${sql.raw(indexRow('place'))}
    from (select cast(${date_posted} as integer) as date_posted, cast(${id} as integer) as id) as place)`,
};

const inPostgresql = (date: RawBuilder<unknown>) => ({
  matches: (match: Match) => sql<boolean>`post_index.words @@ ${toTsquery(match)}::tsquery`,
  isPost: sql<boolean>`posts.id = post_index.post_id`,
  order: sql`${date} desc, post_index.post_id desc`,
  behind: ({ date_posted, id }: Place) =>
    sql<boolean>`(${date}, post_index.post_id) < (${date_posted}, ${id})`,
});

/** Settings for each way. The `+ 0` keeps the second from using the index of dates. */
const IN_POSTGRESQL = {
  preferred: inPostgresql(sql`post_index.date_posted`),
  'by words': inPostgresql(sql`(post_index.date_posted + 0)`),
};

/** Runs a query in PostgreSQL's preferred way and, if that takes too long, in the other. SQLite has one. */
async function inSomeWay<T>(
  db: Database,
  query: (trx: Database, way: Way) => Promise<T>,
): Promise<T> {
  const preferred = (trx: Database) => query(trx, 'preferred');
  if (!isShared(db)) return preferred(db);
  try {
    return await within(db, preferred, PREFERRED_MS);
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  const byWords = async (trx: Database) => {
    // Enough memory for a bitmap of a million posts. With less, it would have to read whole pages
    // of texts.
    await sql`set local enable_seqscan = off; set local work_mem = '32MB'`.execute(trx);
    return query(trx, 'by words');
  };
  return within(db, byWords, STATEMENT_MS - PREFERRED_MS);
}

/** Runs a query within PostgreSQL's limit. The reader of SQLite has no transactions, and needs no limit here. */
export async function within<T>(
  db: Database,
  query: (db: Database) => Promise<T>,
  limitMs = STATEMENT_MS,
): Promise<T> {
  if (!isShared(db)) return query(db);
  return transact(db, async (trx) => {
    await sql`set local statement_timeout = ${sql.lit(limitMs)}; set local jit = off`.execute(trx);
    return query(trx);
  });
}
