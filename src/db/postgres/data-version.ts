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
    // Another connection may have answered a later question before.
    if (now.asked > known.asked) known = { versions, ...now };
    return versions;
  });

  const recent = () =>
    known.writes === writes() && isRecent(known.asked) ? known.versions : current();
  return { current, recent };
}

/**
 * All who ask in one turn of the event loop share an answer, which is asked for once all of them have come: under
 * load a question costs more than what else there is to do for a cached response.
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
