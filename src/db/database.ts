import { type Kysely, PostgresAdapter, type Transaction as KyselyTransaction } from 'kysely';
import type { DataVersion } from './data-version.ts';
import type { ErrorCounts } from './error-counts.ts';
import type { Schema } from './schema.ts';

/** A Transaction is one, too: what takes a Database also runs inside a transaction. */
export type Database = Kysely<Schema>;
export type OpenDatabase = Database & {
  readonly dataVersion: DataVersion;
  readonly errors: ErrorCounts;
};
/** What must run inside a transaction takes this and not a Database. */
export type Transaction = KyselyTransaction<Schema>;

/** Whether servers on several machines may use the database at once: true for PostgreSQL. */
export function isShared(db: Database): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
