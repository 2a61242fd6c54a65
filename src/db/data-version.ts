import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * What the database holds, in a word: as long as it is the same, nothing that was committed here has changed,
 * and what another process has committed shows within the time that each function below states. Asked
 * before something is read, it is never newer than what is read.
 */
export type DataVersion = () => string | Promise<string>;

/**
 * By SQLite's own counters, of the rows that this connection has changed and of the commits of all others; the
 * latter are seen at once, or in the next turn of the event loop when others have asked in this one: the
 * counter costs 2.3 µs, the one of this connection 0.2.
 */
export function sqliteDataVersion(sqlite: DatabaseSync): () => string {
  const ownChanges = counter(sqlite, 'select total_changes()');
  const othersCommits = counter(sqlite, 'pragma data_version');
  let others: number | undefined;
  return () => {
    if (others === undefined) {
      others = othersCommits();
      setImmediate(() => (others = undefined));
    }
    return `${others}:${ownChanges()}`;
  };
}

function counter(sqlite: DatabaseSync, text: string): () => number {
  const statement = sqlite.prepare(text);
  statement.setReturnArrays(true);
  return () => (statement.get() as unknown as [number])[0];
}

/**
 * By PostgreSQL's snapshot: which transactions one sees. It is another one as soon as what anybody has committed
 * is seen, on every node, so it is asked each time, which takes one round trip instead of the two or three of a
 * page. Not shared by requests that come together: the second may follow a write that the first does not see.
 */
export function postgresDataVersion(db: Database): () => Promise<string> {
  const snapshot = sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`;
  return async () => (await snapshot.execute(db)).rows[0]?.snapshot ?? '';
}
