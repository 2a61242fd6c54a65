import { type Kysely, sql } from 'kysely';
import * as peoplePostsPictures from './migrations/0001-people-posts-pictures.ts';

/** A migration's number is its place in this list, from 1; so the list only ever grows at its end. */
export const MIGRATIONS: readonly { up: (db: Kysely<unknown>) => Promise<void> }[] = [
  peoplePostsPictures,
];

/** The table of what has been applied; also the mark by which a database is known as Masthead's. */
export const MIGRATIONS_TABLE = 'masthead_migrations';

/**
 * Applies what is missing, all of it or nothing, in one transaction that holds the write lock: of
 * several processes that start at once the first does the work. Returns how many were applied.
 */
export async function migrate(db: Kysely<unknown>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await sql`create table if not exists ${sql.table(MIGRATIONS_TABLE)} (
      number integer primary key
    ) strict`.execute(trx);
    const applied = await appliedMigrations(trx);
    for (const [index, { up }] of MIGRATIONS.entries()) {
      if (index < applied) continue;
      await up(trx);
      await sql`insert into ${sql.table(MIGRATIONS_TABLE)} (number) values (${index + 1})`.execute(
        trx,
      );
    }
    return Math.max(0, MIGRATIONS.length - applied);
  });
}

async function appliedMigrations(db: Kysely<unknown>): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`
    select max(number) as last from ${sql.table(MIGRATIONS_TABLE)}`.execute(db);
  return rows[0]?.last ?? 0;
}
