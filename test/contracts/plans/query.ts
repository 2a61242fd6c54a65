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

/** The steps of the database's plan for each statement of `run`. */
export async function plansOf(
  db: Database,
  run: (db: Database) => Promise<unknown>,
): Promise<string[]> {
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
  const steps: string[] = [];
  for (const node of nodes) {
    const query = db.getExecutor().compileQuery(node, createQueryId());
    const explain = ON_POSTGRESQL ? 'explain' : 'explain query plan';
    const explained = CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters]);
    const { rows } = await db.executeQuery<Record<string, string>>(explained);
    steps.push(...rows.map((row) => row['detail'] ?? row['QUERY PLAN'] ?? ''));
  }
  return steps;
}
