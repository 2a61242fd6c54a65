import type { DatabaseConfig } from '../config.ts';
import { MAX_LAG_MS } from '../db/postgres/replica.ts';
import { askReplica } from '../db/postgres/replica-facts.ts';
import { ok, problem, reasonOf, warning, type Finding } from './finding.ts';

/** Whether the replica is one, of this database, and not too far behind; nothing without one. */
export async function checkReplica(database: DatabaseConfig): Promise<Finding[]> {
  if (database.kind === 'sqlite' || database.replicaUrl === undefined) return [];
  const { url, replicaUrl } = database;
  try {
    const { follows, isCopy, lagMs } = await askReplica({ url, replicaUrl });
    if (!follows) return [unused('leads to a server that follows no other: name a replica of it')];
    if (!isCopy) return [unused('leads to a copy of another database: name one of DATABASE_URL’s')];
    if (lagMs !== undefined) return [ok(`The replica follows, and is ${lagMs} ms behind`)];
  } catch (error) {
    return [unused(`cannot be used (${reasonOf(error)}): is it running, and is the URL right?`)];
  }
  const advice = 'is its replay paused, a long query in its way, or the line to it slow?';
  return [
    warning(
      `The replica is more than ${MAX_LAG_MS / 1000} s behind, so the primary is read: ${advice}`,
    ),
  ];
}

function unused(why: string): Finding {
  return problem(`DATABASE_REPLICA_URL ${why}`);
}
