import { sql } from 'kysely';
import type { Counted } from '../../auth/policy.ts';
import type { Database } from '../../db/database.ts';
import type { Month } from './month.ts';

/** How many posts a month has. */
export interface MonthCount {
  month: Month;
  posts: number;
}

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
