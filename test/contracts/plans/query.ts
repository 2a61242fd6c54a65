import { CompiledQuery, createQueryId, type KyselyPlugin, type RootOperationNode } from 'kysely';
import type { Database } from '../../../src/db/database.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';

interface Uses {
  sqlite: string[];
  postgresql: string[];
}

/** A query, and what the plan of each database says that it uses. */
export interface Query {
  run: (db: Database) => Promise<unknown>;
  uses: Uses;
  /** PostgreSQL may find the few due rows through two parts of an index and sort them. */
  sortsFew?: true;
  /** It sorts a few rows that no index has in this order. */
  sorts?: true;
}

export const MEMBER = { id: 1, role: 'member', state: 'active', hidden_posts: 0 } as const;
export const EDITOR = { ...MEMBER, role: 'editor' } as const;

/** The statements of `run`. */
export async function statementsOf(
  db: Database,
  run: (db: Database) => Promise<unknown>,
): Promise<CompiledQuery[]> {
  const nodes: RootOperationNode[] = [];
  // Also parts of statements, which have no result of their own.
  const seen = new WeakMap<object, RootOperationNode>();
  const recorder: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      seen.set(queryId, node);
      return node;
    },
    transformResult: async ({ result, queryId }) => {
      const node = seen.get(queryId);
      if (node) nodes.push(node);
      return result;
    },
  };
  await run(db.withPlugin(recorder));
  return nodes.map((node) => db.getExecutor().compileQuery(node, createQueryId()));
}

/** What the database answers to `explain` for a statement. */
export async function explained(
  db: Database,
  explain: string,
  { sql, parameters }: CompiledQuery,
): Promise<Record<string, unknown>[]> {
  const asked = CompiledQuery.raw(`${explain} ${sql}`, [...parameters]);
  return (await db.executeQuery<Record<string, unknown>>(asked)).rows;
}

/** The steps of the database's plan for each statement of `run`. */
export async function plansOf(
  db: Database,
  run: (db: Database) => Promise<unknown>,
): Promise<string[]> {
  const steps: string[] = [];
  for (const statement of await statementsOf(db, run)) {
    const rows = await explained(db, ON_POSTGRESQL ? 'explain' : 'explain query plan', statement);
    steps.push(...rows.map((row) => String(row['detail'] ?? row['QUERY PLAN'])));
  }
  return steps;
}
