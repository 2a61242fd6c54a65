import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import type { Logger } from 'pino';
import type { DatabaseConfig } from '../../config.ts';
import { postgresDataVersion } from './data-version.ts';
import type { Database, OpenDatabase } from '../database.ts';
import { POSTGRESQL } from '../ddl.ts';
import { createErrorCounts } from '../error-counts.ts';
import { applyMigrations } from '../migrate.ts';
import { registerPoolStats } from './pool-stats.ts';
import { refuseForeignSchema } from './preflight.ts';
import { LOCKS } from './lock.ts';
import { kyselyPool, openPool } from './pool.ts';
import { whenStarted } from './wait-for-server.ts';
import { transact } from '../transact.ts';

type PostgresConfig = Extract<DatabaseConfig, { kind: 'postgresql' }>;

/**
 * Opens a pool of connections to the database, which must exist, and migrates it. Throws StartError
 * if the database cannot be reached or used, or is not Masthead's, and leaves it unchanged. While
 * not `usable`, every statement throws Unavailable.
 */
export async function openPostgres(
  { url, poolSize: size }: PostgresConfig,
  { log, usable }: { log?: Logger | undefined; usable?: (() => boolean) | undefined } = {},
): Promise<OpenDatabase> {
  await whenStarted({ url, log }, () => migrate(url, log));
  const { counts: errors, count: failed } = createErrorCounts();
  const pool = openPool({ url, size, log });
  let writes = 0;
  const db: Database = database(kyselyPool(pool, { usable, failed, wrote: () => (writes += 1) }));
  registerPoolStats(db, () => ({
    total: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  }));
  return Object.assign(db, { dataVersion: postgresDataVersion(db, () => writes), errors });
}

function database<T>(pool: PostgresPool): Kysely<T> {
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

/** If several nodes start at once, one migrates; the others wait for it, however long it takes. */
async function migrate(url: string, log: Logger | undefined): Promise<void> {
  const db = database<unknown>(kyselyPool(openPool({ url, size: 1, timeouts: 'none', log })));
  try {
    // A node that is serving may lock the tables in another order; PostgreSQL then rolls one of the
    // two back.
    const applied = await transact(db, async (trx) => {
      await sql`select pg_advisory_xact_lock(${LOCKS.migration})`.execute(trx);
      await refuseForeignSchema(trx);
      return applyMigrations(trx, POSTGRESQL);
    });
    if (applied > 0) log?.info({ applied }, 'migrated the database');
  } finally {
    await db.destroy();
  }
}
