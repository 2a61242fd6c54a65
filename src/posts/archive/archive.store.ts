import { sql } from 'kysely';
import type { Counted } from '../../auth/policy.ts';
import type { Database } from '../../db/database.ts';
import { type PostRange, publishedOf } from '../lists.store.ts';
import { type Month, startOf } from './month.ts';

/** How many posts a month has. */
export interface MonthCount {
  month: Month;
  posts: number;
  /** Whether it has more, which were not counted. */
  more?: boolean;
}

/**
 * Posts of one person or with one tag are counted up to this number each month: 3 µs on SQLite. Few
 * have more, and an archive may have hundreds of months.
 */
export const COUNTED_MAX = 50;

/** The months that have posts, the newest first. Hidden posts do not count. */
export async function listMonths(db: Database, column: Counted['column']): Promise<MonthCount[]> {
  const sum = sql<number>`cast(sum(${sql.ref(column)}) as bigint)`;
  return db
    .selectFrom('post_months')
    .select(['month', sum.as('posts')])
    .where('month', '>', 0)
    .groupBy('month')
    .having(sum, '>', 0)
    .orderBy('month', 'desc')
    .execute();
}

/** How many posts of one person or with one tag each of these months has, in their order; not more than `COUNTED_MAX`. */
export async function countMonths(
  db: Database,
  months: readonly Month[],
  range: Pick<PostRange, 'of' | 'visible' | 'counted'>,
): Promise<MonthCount[]> {
  if (months.length === 0) return [];
  // Numbers in the text, since both databases limit the parameters of a statement.
  const spans = months.map((month) => `(${month}, ${startOf(month)}, ${startOf(month, 1)})`);
  const inside = publishedOf(db, range)
    // Without selected columns, SQLite takes a third less time.
    .clearSelect()
    .select(sql.lit(1).as('one'))
    .where(sql<boolean>`date_posted >= months.column2 and date_posted < months.column3`)
    .limit(sql.lit(COUNTED_MAX + 1));
  const { rows } = await sql<MonthCount>`
    select months.column1 as month, (select count(*) from (${inside}) as found) as posts
    from (values ${sql.raw(spans.join(', '))}) as months
    order by months.column1 desc`.execute(db);
  return rows.map(({ month, posts }) => ({
    month,
    posts: Math.min(posts, COUNTED_MAX),
    more: posts > COUNTED_MAX,
  }));
}
