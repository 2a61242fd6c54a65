import { sql } from 'kysely';
import { type Database, isShared } from '../db/database.ts';

type Count = number | string;

/** How much of everything the blog holds. */
export async function countEverything(
  db: Database,
): Promise<{ people: number; waiting: number; posts: number; pictures: number }> {
  const row = await db
    .selectNoFrom((of) => [
      of.selectFrom('users').select(of.fn.countAll().as('n')).as('people'),
      of
        .selectFrom('users')
        .where('state', '=', sql.lit('waiting'))
        .select(of.fn.countAll().as('n'))
        .as('waiting'),
      sql<Count>`(select coalesce(sum(posts), 0) from post_totals)`.as('posts'),
      of.selectFrom('pictures').select(of.fn.countAll().as('n')).as('pictures'),
    ])
    .executeTakeFirstOrThrow();
  return {
    people: Number(row.people),
    waiting: Number(row.waiting),
    posts: Number(row.posts),
    pictures: Number(row.pictures),
  };
}

/**
 * Bytes of the database and of all pictures. `unknown`: how many pictures are not in the sum, because
 * they were stored before their size was recorded.
 */
export async function sumStorage(
  db: Database,
): Promise<{ database: number; pictures: number; unknown: number }> {
  const database = isShared(db)
    ? sql<Count>`pg_database_size(current_database())`
    : sql<Count>`(select page_count * page_size from pragma_page_count, pragma_page_size)`;
  const size = sql<Count | null>`coalesce(pictures.bytes, post_pictures.bytes)`;
  const row = await db
    .selectFrom('pictures')
    .leftJoin('post_pictures', 'post_pictures.key', 'pictures.key')
    .where('pictures.state', '=', 'live')
    .select([
      database.as('database'),
      sql<Count>`coalesce(sum(${size}), 0)`.as('pictures'),
      sql<Count>`count(*) - count(${size})`.as('unknown'),
    ])
    .executeTakeFirstOrThrow();
  return {
    database: Number(row.database),
    pictures: Number(row.pictures),
    unknown: Number(row.unknown),
  };
}
