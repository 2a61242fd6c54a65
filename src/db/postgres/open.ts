import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import type { Logger } from 'pino';
import type { DatabaseConfig } from '../../config.ts';
import { postgresDataVersion } from './data-version.ts';
import type { Database, Databases, OpenDatabase } from '../database.ts';
import { POSTGRESQL } from '../ddl.ts';
import { createErrorCounts, type ErrorCounts } from '../error-counts.ts';
import { applyMigrations } from '../migrate.ts';
import { registerPoolStats } from './pool-stats.ts';
import { refuseForeignSchema } from './preflight.ts';
import { LOCKS } from './lock.ts';
import { type Guards, kyselyPool, openPool } from './pool.ts';
import { replicaPool, watchReplica } from './replica.ts';
import { whenStarted } from './wait-for-server.ts';
import type { Schema } from '../schema.ts';

type PostgresConfig = Extract<DatabaseConfig, { kind: 'postgresql' }>;

/**
 * Opens a pool of connections to the database, which must be there, and migrates it; and one to its replica,
 * if there is one. Throws StartError when the database cannot be reached or used, or is not Masthead's, which
 * leaves it untouched. Without `usable` every statement ends in Unavailable.
 */
export async function openPostgres(
  { url, replicaUrl, poolSize: size }: PostgresConfig,
  { log, usable }: { log?: Logger | undefined; usable?: (() => boolean) | undefined } = {},
): Promise<Databases> {
  await whenStarted({ url, log }, () => migrate(url, log));
  const { counts: errors, count: failed } = createErrorCounts();
  if (replicaUrl === undefined) {
    const db = served(openPool({ url, size, log }), { usable, failed }, errors);
    return { db, reads: db, close: () => db.destroy() };
  }
  const replica = watchReplica({ url, replicaUrl, count: failed, log });
  const guards = { usable, failed, wrote: replica.outdated };
  const pool = openPool({ url, size, log });
  const db = served(pool, guards, errors);
  const copy = kyselyPool(openPool({ url: replicaUrl, size, timeouts: 'short', log }), {
    usable,
    failed,
  });
  const { dataVersion } = db;
  const reads: OpenDatabase = Object.assign(
    database<Schema>(replicaPool({ primary: kyselyPool(pool, guards), copy, replica })),
    { dataVersion, errors },
  );
  const close = async () => {
    await replica.close();
    await reads.destroy();
    await db.destroy();
  };
  return { db, reads, close };
}

/** The database as requests use it, with what metrics and kept answers ask of it. */
function served(
  pool: ReturnType<typeof openPool>,
  guards: Guards,
  errors: ErrorCounts,
): OpenDatabase {
  let writes = 0;
  const wrote = () => {
    writes += 1;
    guards.wrote?.();
  };
  const db: Database = database(kyselyPool(pool, { ...guards, wrote }));
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

/** Of several nodes that start at once one migrates; the others wait for it, however long it takes. */
async function migrate(url: string, log: Logger | undefined): Promise<void> {
  const db = database<unknown>(kyselyPool(openPool({ url, size: 1, timeouts: 'none', log })));
  try {
    const applied = await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${LOCKS.migration})`.execute(trx);
      await refuseForeignSchema(trx);
      return applyMigrations(trx, POSTGRESQL);
    });
    if (applied > 0) log?.info({ applied }, 'migrated the database');
  } finally {
    await db.destroy();
  }
}
