import type { DatabaseSync } from 'node:sqlite';
import { type DataVersion, isRecent, type Versions } from '../data-version.ts';

/**
 * Reads the versions again only when one of two SQLite counters has moved: commits of all other
 * connections, which takes 2.2 µs to ask, or rows changed by this one, 0.2 µs. Reading them takes 3 µs.
 */
export function sqliteDataVersion(sqlite: DatabaseSync): DataVersion {
  const countOthers = counter(sqlite, 'pragma data_version');
  const countOwn = counter(sqlite, 'select total_changes()');
  const sums = sqlite.prepare(
    'select sum(content) as content, sum(access) as access from data_versions',
  );
  let others = { commits: -1, asked: -Infinity };
  let known = { commits: -1, changes: -1, versions: undefined as Versions | undefined };

  function read(): Versions | undefined {
    const [commits, changes] = [others.commits, countOwn()];
    if (known.commits === commits && known.changes === changes) return known.versions;
    // What an open transaction has counted may be undone, and the next one would count to the same number.
    if (sqlite.isTransaction) return undefined;
    const { content, access } = sums.get() as unknown as Versions;
    known = { commits, changes, versions: { content, access } };
    return known.versions;
  }

  const current = () => {
    others = { commits: countOthers(), asked: performance.now() };
    return read();
  };
  const recent = () => (isRecent(others.asked) ? read() : current());
  return { current, recent };
}

function counter(sqlite: DatabaseSync, text: string): () => number {
  const statement = sqlite.prepare(text);
  statement.setReturnArrays(true);
  return () => (statement.get() as unknown as [number])[0];
}
