import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { canInstall, installPackages } from '../../test/support/debian.ts';

interface Load {
  connections?: number;
  seconds?: number;
  headers?: Record<string, string>;
  /** Of the answers; all of them must have it. */
  status?: 200 | 304;
  /** Each request asks for another address that means the same, so that none is answered from memory. */
  anew?: boolean;
}

/** Said by both clients below, for an ETag is that of one encoding. */
const PLAIN = { 'accept-encoding': 'identity' };

/** On a busy machine what serves a list was not compiled after one: it took a fifth more time than after some. */
const WARM_SECONDS = 2;

/** What was asked for before: what serves it is compiled. */
const warm = new Set<string>();

/**
 * Requests a second of one address, by wrk: a client in C on one thread leaves a core to what is measured.
 * Throws unless all answers have the status.
 */
export async function requestsPerSecond(url: string, load: Load = {}): Promise<number> {
  const { seconds = 2, status = 200 } = load;
  await provideWrk();
  const answer = await fetch(url, { headers: { ...PLAIN, ...load.headers } });
  await answer.arrayBuffer();
  if (answer.status !== status) throw new Error(`${url} is ${answer.status}, not ${status}`);
  const key = JSON.stringify([url, load]);
  if (!warm.has(key)) await run(url, { ...load, seconds: WARM_SECONDS });
  warm.add(key);
  return run(url, { ...load, seconds });
}

/** The ETag of what requestsPerSecond would get. */
export async function entityTag(url: string): Promise<string> {
  const answer = await fetch(url, { headers: PLAIN });
  await answer.arrayBuffer();
  return answer.headers.get('etag') ?? '';
}

async function run(url: string, load: Load & { seconds: number }): Promise<number> {
  const { connections = 32, seconds, headers, anew = false } = load;
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout=60s',
    ...Object.entries({ ...PLAIN, ...headers }).flatMap(([name, value]) => [
      '-H',
      `${name}: ${value}`,
    ]),
    ...(anew ? ['-s', join(import.meta.dirname, 'anew.lua')] : []),
    url,
  ]);
  const trouble = /Non-2xx.*|Socket errors.*/.exec(stdout)?.[0];
  if (trouble !== undefined) throw new Error(`${url}: ${trouble}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

async function provideWrk(): Promise<void> {
  if (isInstalled()) return;
  if (!canInstall()) throw new Error('wrk is missing; on Debian: apt-get install wrk');
  await installPackages(['wrk'], isInstalled);
}

function isInstalled(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, 'wrk')));
}
