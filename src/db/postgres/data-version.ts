import { sql } from 'kysely';
import { type DataVersion, isRecent } from '../data-version.ts';
import type { Database } from '../database.ts';

/**
 * By PostgreSQL's snapshot: which transactions one sees. It is another one as soon as what anybody has committed
 * is seen, on every node. `writes` counts the statements of this process that may have written and have ended.
 */
export function postgresDataVersion(db: Database, writes: () => number): DataVersion {
  const snapshot = sql<{ version: string }>`select pg_current_snapshot()::text as version`;
  const query = snapshot.compile(db);
  let known = { version: '', asked: -Infinity, writes: -1 };

  const current = oncePerTurn(async () => {
    const now = { asked: performance.now(), writes: writes() };
    const { rows } = await db.executeQuery(query);
    const version = rows[0]?.version ?? '';
    // Another connection may have answered a later question before.
    if (now.asked > known.asked) known = { version, ...now };
    return version;
  });

  const recent = () =>
    known.writes === writes() && isRecent(known.asked) ? known.version : current();
  return { current, recent };
}

/**
 * All who ask in one turn of the event loop share an answer, which is asked for once all of them have come: under
 * load a question costs more than what else there is to do for a kept answer.
 */
function oncePerTurn<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= new Promise((resolve) => {
      setImmediate(() => {
        asked = undefined;
        resolve(ask());
      });
    });
    return asked;
  };
}
