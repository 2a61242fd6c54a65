import { CompiledQuery } from 'kysely';
import type { Database } from '../db/database.ts';

/** The part of pg's pool that a library with its own SQL needs. */
interface RawClient {
  query: (statement: {
    text: string;
    values: unknown[];
  }) => Promise<{ rows: unknown[]; rowCount: number }>;
}

/** The database for such a library; failures throw Unavailable as everywhere. */
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
