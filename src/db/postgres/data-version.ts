import { sql } from 'kysely';
import { type DataVersion, isRecent, type Versions } from '../data-version.ts';
import type { Database } from '../database.ts';

/** `writes` counts the statements of this process that may have written and have ended. */
export function postgresDataVersion(db: Database, writes: () => number): DataVersion {
  const query = sql<Versions>`
    select sum(content)::bigint as content, sum(access)::bigint as access from data_versions
  `.compile(db);
  let known = { versions: undefined as Versions | undefined, asked: -Infinity, writes: -1 };

  const current = oncePerTurn(async () => {
    const now = { asked: performance.now(), writes: writes() };
    const { rows } = await db.executeQuery(query);
    const versions = rows[0];
    // A later question may have been answered first, on another connection.
    if (now.asked > known.asked) known = { versions, ...now };
    return versions;
  });

  const recent = () =>
    known.writes === writes() && isRecent(known.asked) ? known.versions : current();
  return { current, recent };
}

/**
 * Shares one query among all who ask in one turn of the event loop. Under load, a query of its own
 * costs more than the rest of serving a cached response.
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
