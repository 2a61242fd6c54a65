import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { newBucket, openBucket, s3Variables } from '../servers/bucket.ts';
import { type Client, createClient } from '../client.ts';
import { type FaultProxy, startFaultProxy } from '../servers/fault-proxy.ts';
import { startNginx } from '../servers/nginx.ts';
import { freePort } from '../servers/ports.ts';
import { type PostgresServer, startPostgres } from '../databases/postgres-server.ts';
import { newPlace, type Running, stop, verifyLedger } from './trouble.ts';
import { until } from '../until.ts';

/** Two servers that share only a PostgreSQL and a bucket, behind nginx as in docs/hosting. */
interface Nodes {
  /** nginx, which sends each request to one or the other. */
  entry: Client & { url: string };
  both: [Running, Running];
  postgres: PostgresServer;
  /** In front of the S3 server. */
  store: FaultProxy;
  /** Starts two more on the same data, unknown to nginx. */
  startMore: (variables: Record<string, string>) => Promise<[Running, Running]>;
  /** Kills one; resolves when it is gone. */
  kill: (which: 0 | 1) => Promise<void>;
  /** Starts one that was killed on its port again; resolves when nginx sends it requests. */
  restart: (which: 0 | 1) => Promise<void>;
  /** Checks the ledger, while nobody uploads. */
  verifyLedger: () => Promise<void>;
  /** Stops both, and asserts that they end well. */
  stop: () => Promise<void>;
}

/** Both start at once on an empty database; everything is removed when the test has ended. */
export async function startNodes(t: TestContext): Promise<Nodes> {
  const postgres = await startPostgres({ durable: true });
  t.after(() => postgres.remove());
  const bucket = await newBucket(t);
  const store = await startFaultProxy(t, bucket.endpoint);
  const place = await newPlace(t, { database: postgres.url });
  const shared = { ...s3Variables({ ...bucket, endpoint: store.endpoint }), TRUST_PROXY: '1' };
  let count = 0;
  /** Each in a folder of its own, so that nothing is shared through a disk. */
  const start = (variables: Record<string, string> = {}) =>
    place.start({ ...shared, DATA_DIR: join(place.folder, `node-${++count}`), ...variables });
  const startTwo = (variables?: Record<string, string>) =>
    Promise.all([start(variables), start(variables)]);

  const both = await startTwo();
  const port = await freePort();
  const upstream: [number, number] = [portOf(both[0]), portOf(both[1])];
  // Everything about https is tested elsewhere.
  const plain = (configuration: string) => configuration.replace(`${port} ssl;`, `${port};`);
  await startNginx(t, { port, upstream }, plain);
  const url = `http://127.0.0.1:${port}`;
  const entry = { url, ...createClient(url) };

  return {
    entry,
    both,
    postgres,
    store,
    startMore: startTwo,
    async kill(which) {
      both[which].service.kill('SIGKILL');
      await both[which].service.ended;
    },
    async restart(which) {
      const node = await start({ PORT: String(upstream[which]) });
      both[which] = node;
      // Only nginx has sent it requests.
      await until('a request by nginx', async () => {
        await entry.api('GET', '/health/live');
        return node.service.output().includes('"msg":"request"') || undefined;
      });
    },
    async verifyLedger() {
      await verifyLedger(place.dataDir, { media: await openBucket(t, bucket) });
    },
    stop: async () => void (await Promise.all(both.map(stop))),
  };
}

const portOf = ({ url }: Running) => Number(new URL(url).port);
