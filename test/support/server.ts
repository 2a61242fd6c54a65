import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from './client.ts';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openContext, type Context } from '../../src/context.ts';
import { TIMES, type Times } from '../../src/http/connection/timeouts.ts';
import './processes/cheap-hashes.ts';
import { dropMediaOf, mediaVariables } from './pictures/media.ts';
import { databaseVariables, dropDatabaseOf } from './databases/postgres.ts';
import { placeNewDatabase } from './databases/sqlite.ts';

/** `await using` stops it where its block ends. */
export interface TestServer extends AsyncDisposable {
  /** Without a slash at the end. */
  url: string;
  dataDir: string;
  context: Context;
  /** How many connections are open. */
  connections: () => Promise<number>;
  /** Stops the server and removes its data, unless they were there before. */
  stop: () => Promise<void>;
}

/**
 * The app as production runs it, on a free port with a new data folder. `overrides` are environment
 * variables, `times` changed timeouts of connections, `imageDeadlineMs` is for a worker that hangs,
 * `clock` replaces the machine's, `dataDir` is a folder with data, which is kept.
 */
export async function startServer(
  overrides: Partial<Record<string, string>> = {},
  times: Partial<Times> = {},
  {
    dataDir: kept,
    ...options
  }: { imageDeadlineMs?: number; clock?: () => number; dataDir?: string } = {},
): Promise<TestServer> {
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'masthead-test-')));
  const fixed = { DATA_DIR: dataDir, LOG_LEVEL: 'error', RATE_LIMITS: 'off' };
  const stores = { ...(await databaseVariables(dataDir)), ...(await mediaVariables(dataDir)) };
  const env = { ...fixed, ...stores, ...overrides };
  const config = readConfig(env, dataDir);
  const isNew = kept === undefined && overrides['DATABASE_URL'] === undefined;
  if (isNew) await placeNewDatabase(config.database);
  const context = await openContext(config, options);
  const app = await buildApp(context, { ...TIMES, ...times });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const connections = () => promisify(app.server.getConnections.bind(app.server))();
  const stop = async () => {
    await app.close();
    await context[Symbol.asyncDispose]();
    if (kept !== undefined) return;
    await dropDatabaseOf(dataDir);
    await dropMediaOf(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    context,
    connections,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * The app on the data of commands and servers that have ended, which it keeps, and its API. It starts in a
 * tenth of the time of a server in a process of its own.
 */
export async function serveHere(
  { dataDir }: { dataDir: string },
  variables: Record<string, string> = {},
) {
  const server = await startServer(variables, {}, { dataDir });
  return { ...server, ...createClient(server.url) };
}
