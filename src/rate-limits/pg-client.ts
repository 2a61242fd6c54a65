import { CompiledQuery } from 'kysely';
import type { Database } from '../db/database.ts';

/** As much of pg's pool as a library needs that brings its own SQL. */
export interface RawClient {
  query: (statement: {
    text: string;
    values: unknown[];
  }) => Promise<{ rows: unknown[]; rowCount: number }>;
}

/** The database for such a library; what it asks ends in Unavailable like everything else. */
export function rawClient(db: Database): RawClient {
  return {
    query: async ({ text, values }) => {
      const { rows, numAffectedRows } = await db.executeQuery(CompiledQuery.raw(text, values));
      return {
        rows,
        rowCount: numAffectedRows === undefined ? rows.length : Number(numAffectedRows),
      };
    },
  };
}
