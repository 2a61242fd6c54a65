import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueryId, type KyselyPlugin, type RootOperationNode, sql } from 'kysely';
import { deleteExpired } from '../../src/db/expired.ts';
import type { Database } from '../../src/db/database.ts';
import { claimDue, findDoomedOf } from '../../src/pictures/pictures.store.ts';
import { listPosts } from '../../src/posts/posts.store.ts';
import { temporaryLedger } from '../support/ledger.ts';

/** The steps of SQLite's plan for each statement that `run` makes. */
async function plansOf(db: Database, run: (db: Database) => Promise<unknown>): Promise<string[]> {
  const nodes: RootOperationNode[] = [];
  const recorder: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await run(db.withPlugin(recorder));
  const steps: string[] = [];
  for (const node of nodes) {
    const query = db.getExecutor().compileQuery(node, createQueryId());
    const [first = '', ...rest] = query.sql.split('?');
    const explained = sql<{ detail: string }>`explain query plan ${sql.join(
      [
        sql.raw(first),
        ...rest.flatMap((text, index) => [sql`${query.parameters[index]}`, sql.raw(text)]),
      ],
      sql``,
    )}`;
    steps.push(...(await explained.execute(db)).rows.map(({ detail }) => detail));
  }
  return steps;
}

const QUERIES: Record<string, { run: (db: Database) => Promise<unknown>; uses: string[] }> = {
  'the home page': {
    run: (db) => listPosts(db, { skip: 20, limit: 10 }),
    uses: ['posts USING INDEX posts_newest', 'users USING INTEGER PRIMARY KEY'],
  },
  "a person's page": {
    run: (db) => listPosts(db, { skip: 20, limit: 10, userId: 1 }),
    uses: ['posts USING INDEX posts_by_user', 'users USING INTEGER PRIMARY KEY'],
  },
  'the sweep': {
    run: (db) => claimDue(db, { now: 1, includePending: false, limit: 10, leaseEnd: 2 }),
    uses: ['pictures USING INDEX pictures_due'],
  },
  'the expiry': {
    run: (db) => deleteExpired(db, 1),
    uses: [
      'sessions USING INDEX sessions_by_expiry',
      'reset_tokens USING INDEX reset_tokens_by_expiry',
      'rate_limits USING INDEX rate_limits_by_expiry',
    ],
  },
  'the deletion of an account': {
    run: (db) => db.transaction().execute((trx) => findDoomedOf(trx, 1)),
    uses: ['pictures USING INDEX pictures_by_user'],
  },
};

for (const [name, { run, uses }] of Object.entries(QUERIES)) {
  test(`the query of ${name} reads indexes and sorts nothing`, async (t) => {
    const { db } = await temporaryLedger(t);
    const steps = await plansOf(db, run);
    assert.ok(steps.length >= uses.length);
    for (const part of uses)
      assert.ok(
        steps.some((step) => step.includes(part)),
        steps.join('\n'),
      );
    for (const step of steps) {
      assert.doesNotMatch(step, /TEMP B-TREE/);
      // The page itself, of at most a hundred posts, is scanned; tables are not.
      assert.doesNotMatch(step, /^SCAN (?:users|pictures|sessions|reset_tokens)\b(?!.*INDEX)/);
    }
  });
}
