import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, openConnection } from './pool.ts';
import { MAX_LAG_MS } from './replica.ts';

/** What there is to know of a replica beside its primary. */
export interface ReplicaFacts {
  /** False: it is a primary itself, and takes writes of its own. */
  follows: boolean;
  /** Whether it is the same database of the same cluster. */
  isCopy: boolean;
  /** How long it took until it had what the primary had; milliseconds, undefined beyond MAX_LAG_MS. */
  lagMs: number | undefined;
}

/** Between two looks at how far it is; milliseconds. */
const LOOK_MS = 50;

/** Asks both, over connections of its own. Throws what it cannot be asked for. */
export async function askReplica({
  url,
  replicaUrl,
}: {
  url: string;
  replicaUrl: string;
}): Promise<ReplicaFacts> {
  await using opened = new AsyncDisposableStack();
  const primary = opened.adopt(await openConnection(url), ({ close }) => close());
  const replica = opened.adopt(await openConnection(replicaUrl), ({ close }) => close());
  const [{ follows } = {}] = await replica.query('select pg_is_in_recovery() as follows');
  const isCopy = (await identify(primary)) === (await identify(replica));
  const comparable = follows === true && isCopy;
  const lagMs = comparable ? await measureLag(primary, replica) : undefined;
  return { follows: follows === true, isCopy, lagMs };
}

/** The number that a cluster and its replicas have in common, and the database. */
async function identify(connection: Connection): Promise<string> {
  const [row] = await connection.query(
    "select system_identifier || '/' || current_database() as name from pg_control_system()",
  );
  return String(row?.['name']);
}

async function measureLag(primary: Connection, replica: Connection): Promise<number | undefined> {
  const [{ position } = {}] = await primary.query(
    'select pg_current_wal_insert_lsn()::text as position',
  );
  const began = performance.now();
  for (let waited = 0; waited <= MAX_LAG_MS; waited = performance.now() - began) {
    const [{ there } = {}] = await replica.query(
      'select pg_last_wal_replay_lsn() >= $1::pg_lsn as there',
      [position],
    );
    if (there === true) return Math.round(performance.now() - began);
    await sleep(LOOK_MS);
  }
  return undefined;
}
