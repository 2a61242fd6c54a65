import { type Kysely, PostgresAdapter, type Transaction as KyselyTransaction } from 'kysely';
import type { DataVersion } from './data-version.ts';
import type { ErrorCounts } from './error-counts.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type OpenDatabase = Database & {
  readonly dataVersion: DataVersion;
  readonly errors: ErrorCounts;
};
/** A Database is not one: what must be atomic asks for this. */
export type Transaction = KyselyTransaction<Schema>;

/** Whether servers on several machines may use the database at once: PostgreSQL's. */
export function isShared(db: Database | Transaction): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
