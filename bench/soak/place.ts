import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskStore } from '../../src/media/disk.ts';
import type { MediaStore } from '../../src/media/media-store.ts';
import { openS3Store } from '../../src/media/s3.ts';
import { bucketOf, removeBucket, s3Variables } from '../../test/support/servers/bucket.ts';
import { startFaultProxy } from '../../test/support/servers/fault-proxy.ts';
import { postgresVariables } from '../../test/support/databases/postgres.ts';
import { startPostgres } from '../../test/support/databases/postgres-server.ts';

/** What can be taken away from the nodes. */
interface Fault {
  name: string;
  /** Takes it away for `ms` milliseconds; resolves when it is back. */
  strike: (ms: number) => Promise<void>;
}

/** What the nodes keep their data in. */
export interface Place extends AsyncDisposable {
  folder: string;
  variables: Record<string, string>;
  nodes: number;
  /** Whether the database may crash, so that an answer to a commit can be lost. */
  lossy: boolean;
  faults: readonly Fault[];
  /** The keys of all files in the media store. */
  files: () => Promise<string[]>;
}

/** PostgreSQL may have two nodes, which share the bucket if there is one and else the folder. */
export async function openPlace(options: { postgres: boolean; s3: boolean }): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-soak-'));
  const closing: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const t = { after: (close: unknown) => void closing.push(close as () => unknown) };
  const faults: Fault[] = [];
  const variables: Record<string, string> = {};
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  if (options.postgres) {
    // Durable: what was committed before a crash must be there after it.
    const server = await startPostgres({ durable: true });
    closing.push(() => server.remove());
    Object.assign(variables, postgresVariables(server.url));
    const strike = async (ms: number) => {
      await server.stop('immediate');
      await pause(ms);
      await server.start();
    };
    faults.push({ name: 'PostgreSQL', strike });
  }

  let store: MediaStore;
  if (options.s3) {
    const bucket = await bucketOf(folder);
    closing.push(() => removeBucket(bucket));
    const proxy = await startFaultProxy(t, bucket.endpoint);
    Object.assign(variables, s3Variables({ ...bucket, endpoint: proxy.endpoint }));
    const strike = async (ms: number) => {
      await proxy.shut();
      await pause(ms);
      await proxy.open();
    };
    faults.push({ name: 'S3', strike });
    store = await openS3Store(bucket, { warn: (cause) => console.error(cause) });
  } else store = openDiskStore(join(folder, 'media'));
  closing.push(() => store.close());

  return {
    folder,
    variables,
    nodes: options.postgres ? 2 : 1,
    lossy: options.postgres,
    faults,
    files: async () => {
      const found: string[] = [];
      for await (const { key } of store.list()) found.push(key);
      return found.toSorted();
    },
    [Symbol.asyncDispose]: async () => {
      for (const close of closing.toReversed()) await close();
    },
  };
}
