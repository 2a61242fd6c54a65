import type { DatabaseSync } from 'node:sqlite';
import { type DataVersion, isRecent } from '../data-version.ts';

/**
 * Made of two SQLite counters: commits of all other connections, and rows changed by this one. The
 * first costs 2.2 µs, a tenth of a cached answer, the second 0.2.
 */
export function sqliteDataVersion(sqlite: DatabaseSync): DataVersion {
  const countOthers = counter(sqlite, 'pragma data_version');
  const countOwn = counter(sqlite, 'select total_changes()');
  let others = { commits: 0, asked: -Infinity };

  const current = () => {
    others = { commits: countOthers(), asked: performance.now() };
    return `${others.commits}:${countOwn()}`;
  };
  const recent = () => (isRecent(others.asked) ? `${others.commits}:${countOwn()}` : current());
  return { current, recent };
}

function counter(sqlite: DatabaseSync, text: string): () => number {
  const statement = sqlite.prepare(text);
  statement.setReturnArrays(true);
  return () => (statement.get() as unknown as [number])[0];
}
