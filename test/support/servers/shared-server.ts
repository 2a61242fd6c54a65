import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../until.ts';

/** Includes an installation by another file; busy machines take half a minute without it. */
const START_MINUTES = 4;
/** How often a server checks whether its run is over; milliseconds. */
const WATCH_MS = 500;

/** `<process id>-<random>` from scripts/test.ts; a file that is run alone is a run of its own. */
const RUN = process.env['TEST_RUN'] ?? `${process.pid}-alone`;

/**
 * The address of a server that all test files of a run share. The first file that asks runs
 * `install`, then starts `script`, which calls `serveRun`, as a process that outlives this one.
 * Rejects with the reason if it does not start.
 */
export async function sharedServer(
  name: string,
  script: URL,
  install: () => Promise<unknown> = async () => {},
): Promise<string> {
  const folder = join(tmpdir(), `masthead-${name}-${RUN}`);
  if (await isFirst(folder)) {
    try {
      await install();
      start(script, folder);
    } catch (error) {
      // So that the other files do not wait for it.
      await announce(folder, 'failed', reasonOf(error));
    }
  }
  return until(name, () => announced(folder), START_MINUTES);
}

/** Creating a folder is atomic, and fails for all but one. */
async function isFirst(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The server neither keeps this process alive nor ends with it. */
function start(script: URL, folder: string): void {
  const pid = RUN.split('-', 1)[0] ?? '';
  const args = [fileURLToPath(script), folder, pid];
  // A test's process reports to the runner through its variables; this one is not a test.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  spawn(process.execPath, args, { env, detached: true, stdio: 'ignore' }).unref();
}

async function announced(folder: string): Promise<string | undefined> {
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
  const reason = await read('failed');
  if (reason !== undefined) throw new Error(reason);
  return read('ready');
}

/** A server that has started. */
interface Started {
  address: string;
  stop: () => Promise<unknown>;
}

/**
 * The whole process of a shared server, with the arguments `<folder> <pid>`: starts the server,
 * announces its address to the test files, and stops it and removes the folder once the process
 * `pid` has ended.
 */
export async function serveRun(serve: (folder: string) => Promise<Started>): Promise<never> {
  const [folder = '', pid = ''] = process.argv.slice(2);
  const { promise: told, resolve: tell } = Promise.withResolvers<boolean>();
  process.on('SIGTERM', () => tell(true)).on('SIGINT', () => tell(true));
  let server: Started | undefined;
  try {
    server = await serve(folder);
    await announce(folder, 'ready', server.address);
  } catch (error) {
    await announce(folder, 'failed', reasonOf(error));
  }
  while (isAlive(Number(pid)) && !(await Promise.race([told, sleep(WATCH_MS, false)])));
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Renamed when complete, so that nobody reads a part. */
async function announce(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, `${name}.part`), text);
  await rename(join(folder, `${name}.part`), join(folder, name));
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
