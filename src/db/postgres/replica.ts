import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Logger } from 'pino';
import { Unavailable } from '../../errors.ts';
import { type Connection, openConnection } from './pool.ts';

/** What a replica holds is at most so old, or it is not read; milliseconds. */
export const MAX_LAG_MS = 5_000;
/** Between two looks at how far it is; so long is all read from the primary after this node has written. Milliseconds. */
const LOOK_MS = 500;
/** One that has failed is not read for so long, however well it looks; milliseconds. */
const AVOID_MS = 5_000;

/** How far a streaming replica is behind its primary. */
export interface Replica {
  /** Whether it holds all that this node has written, and all that others had a few seconds ago. */
  isFresh: () => boolean;
  /** This node has written, so that the replica is behind until it is seen to have caught up. */
  outdated: () => void;
  /** It has failed, so that it is not read until it is seen to have caught up. */
  failed: (reason: unknown) => void;
  close: () => Promise<void>;
}

/**
 * Watches a replica over a connection of its own, and one to the primary: positions in the log are compared,
 * since clocks may differ. Never throws; a replica that cannot be asked is not fresh. `count` is called with
 * what each look failed by, so that one that stays away is counted also while nobody would read it.
 */
export function watchReplica(options: {
  url: string;
  replicaUrl: string;
  count: (error: Unavailable) => void;
  log?: Logger | undefined;
}): Replica {
  const { log } = options;
  const ending = new AbortController();
  /** How often this node has written, and what the replica is known to hold: all of so many, and when that was so. */
  let writes = 0;
  let known = { writes: -1, at: -Infinity };
  let avoidedUntil = 0;
  /** As the log was told last. */
  let trusted: boolean | undefined;

  const isFresh = () => known.writes === writes && performance.now() - known.at <= MAX_LAG_MS;

  async function look(connections: Connections): Promise<void> {
    const asked = { writes, at: performance.now() };
    if (!(await hasCaughtUp(connections))) {
      if (trusted && performance.now() - known.at > MAX_LAG_MS) failed('it is too far behind');
    } else if (asked.at >= avoidedUntil) {
      known = asked;
      if (!trusted) log?.info('reading from the replica');
      trusted = true;
    }
  }

  function failed(reason: unknown): void {
    if (trusted !== false) log?.warn({ reason: String(reason) }, 'not reading from the replica');
    trusted = false;
    known = { writes: -1, at: -Infinity };
    avoidedUntil = performance.now() + AVOID_MS;
  }

  async function watch(): Promise<void> {
    let connections: Connections | undefined;
    while (!ending.signal.aborted) {
      try {
        connections ??= await connectBoth(options);
        await look(connections);
      } catch (error) {
        if (error instanceof Unavailable) options.count(error);
        failed(error instanceof Unavailable ? error.cause : error);
        await connections?.close();
        connections = undefined;
      }
      await sleep(LOOK_MS, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
    await connections?.close();
  }

  const watching = watch();
  return {
    isFresh,
    outdated: () => writes++,
    failed,
    close: async () => {
      ending.abort();
      await watching;
    },
  };
}

interface Connections {
  primary: Connection;
  replica: Connection;
  close: () => Promise<void>;
}

async function connectBoth({ url, replicaUrl }: { url: string; replicaUrl: string }) {
  const primary = await openConnection(url);
  try {
    const replica = await openConnection(replicaUrl);
    const close = async () => {
      await Promise.all([primary.close(), replica.close()]);
    };
    return { primary, replica, close };
  } catch (error) {
    await primary.close();
    throw error;
  }
}

/** Throws when the other server is none that follows: its positions would mean nothing here. */
async function hasCaughtUp({ primary, replica }: Connections): Promise<boolean> {
  const [here] = await primary.query('select pg_current_wal_insert_lsn()::text as position');
  const [there] = await replica.query(
    'select pg_is_in_recovery() as follows, pg_last_wal_replay_lsn() >= $1::pg_lsn as caught_up',
    [here?.['position']],
  );
  if (there?.['follows'] !== true) throw new Error('DATABASE_REPLICA_URL: it follows no primary');
  return there['caught_up'] === true;
}

/**
 * Connections for statements that only read, outside transactions: to the copy while it is fresh, else to the
 * primary. A statement that fails in the copy is done again in the primary.
 */
export function replicaPool({
  primary,
  copy,
  replica,
}: {
  primary: PostgresPool;
  copy: PostgresPool;
  replica: Pick<Replica, 'isFresh' | 'failed'>;
}): PostgresPool {
  async function inPrimary(text: string, parameters: readonly unknown[]) {
    const client = await primary.connect();
    try {
      return await client.query(text, parameters);
    } finally {
      client.release();
    }
  }

  async function orInPrimary(
    client: PostgresPoolClient,
    ...statement: [string, readonly unknown[]]
  ) {
    try {
      return await client.query(...statement);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      replica.failed(error.cause);
      return inPrimary(...statement);
    }
  }

  return {
    options: {},
    connect: async () => {
      if (!replica.isFresh()) return primary.connect();
      try {
        const client = await copy.connect();
        const query = (text: string, parameters: readonly unknown[]) =>
          orInPrimary(client, text, parameters);
        // Cursors, the other thing it may be given, are not used here.
        return {
          query: query as unknown as typeof client.query,
          release: (destroy) => client.release(destroy),
        };
      } catch (error) {
        replica.failed(error instanceof Unavailable ? error.cause : error);
        return primary.connect();
      }
    },
    end: () => copy.end(),
  };
}
