import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Logger } from 'pino';
import { postgresDataVersion } from './data-version.ts';
import type { Database, OpenDatabase } from './database.ts';
import { POSTGRESQL } from './ddl.ts';
import { applyMigrations } from './migrate.ts';
import { tellPool } from './pool-stats.ts';
import { refuseForeignSchema } from './postgres-inspect.ts';
import { LOCKS } from './postgres-lock.ts';
import { kyselyPool, openPool } from './postgres-pool.ts';
import { whenStarted } from './postgres-start.ts';

/**
 * Opens a pool of connections to the database, which must be there, and migrates it. Throws StartError when
 * it cannot be reached or used, or is not Masthead's, which leaves it untouched. Without `usable` every
 * statement ends in Unavailable.
 */
export async function openPostgres(
  { url, poolSize }: { url: string; poolSize: number },
  { log, usable }: { log?: Logger | undefined; usable?: (() => boolean) | undefined } = {},
): Promise<OpenDatabase> {
  await whenStarted({ url, log }, async () => {
    const db = connect({ url, size: 1, timeouts: false, log });
    try {
      const applied = await migrate(db as Kysely<unknown>);
      if (applied > 0) log?.info({ applied }, 'migrated the database');
    } finally {
      await db.destroy();
    }
  });
  const db = connect({ url, size: poolSize, log }, usable);
  return Object.assign(db, { dataVersion: postgresDataVersion(db) });
}

function connect(options: Parameters<typeof openPool>[0], usable?: () => boolean): Database {
  const opened = openPool(options);
  const pool = kyselyPool(opened, usable);
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) });
  tellPool(db, () => ({
    total: opened.totalCount,
    idle: opened.idleCount,
    waiting: opened.waitingCount,
  }));
  return db;
}

/** Of several nodes that start at once one migrates; the others wait for it, however long it takes. */
async function migrate(db: Kysely<unknown>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${LOCKS.migration})`.execute(trx);
    await refuseForeignSchema(trx);
    return applyMigrations(trx, POSTGRESQL);
  });
}
