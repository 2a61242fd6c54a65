import type { Database } from '../database.ts';

/** Connections to a database server: all, idle ones, and requests that wait for one. */
export interface PoolStats {
  total: number;
  idle: number;
  waiting: number;
}

const pools = new WeakMap<Database, () => PoolStats>();

/** Kysely does not expose its pool, so whoever opens one registers its numbers here. */
export function registerPoolStats(db: Database, stats: () => PoolStats): void {
  pools.set(db, stats);
}

/** Undefined for a database that is a file. */
export function poolStats(db: Database): PoolStats | undefined {
  return pools.get(db)?.();
}
