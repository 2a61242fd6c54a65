import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { settingUp } from '../lazy.ts';
import { canInstall, installPackages } from '../../test/support/processes/debian.ts';

interface Load {
  connections?: number;
  seconds?: number;
  headers?: Record<string, string>;
  /** All answers must have this status. */
  status?: 200 | 304;
  /** Gives each request a different address for the same page, so that no answer comes from the cache. */
  uncached?: boolean;
}

/** Sent by both clients below, because an ETag belongs to one encoding. */
const PLAIN = { 'accept-encoding': 'identity' };

/**
 * How long to warm up. On a busy machine the code for an uncached list was not yet compiled after
 * one second, and took a fifth more time. Cached answers are thirty times as fast, so one second is
 * enough.
 */
const WARM_SECONDS = { uncached: 2, cached: 1 };

/** Addresses requested before, whose code is compiled. */
const warm = new Set<string>();

/**
 * Requests a second of one address, measured by wrk: a client in C on one thread leaves a core for
 * the server. Throws unless all answers have the status.
 */
export async function requestsPerSecond(url: string, load: Load = {}): Promise<number> {
  const { seconds = 2, status = 200 } = load;
  await provideWrk();
  const answer = await fetch(url, { headers: { ...PLAIN, ...load.headers } });
  await answer.arrayBuffer();
  if (answer.status !== status) throw new Error(`${url} is ${answer.status}, not ${status}`);
  const key = JSON.stringify([url, load]);
  const warmSeconds = load.uncached === true ? WARM_SECONDS.uncached : WARM_SECONDS.cached;
  if (!warm.has(key)) await settingUp(() => run(url, { ...load, seconds: warmSeconds }));
  warm.add(key);
  return run(url, { ...load, seconds });
}

/** The ETag of the answer that requestsPerSecond gets. */
export async function entityTag(url: string): Promise<string> {
  const answer = await fetch(url, { headers: PLAIN });
  await answer.arrayBuffer();
  return answer.headers.get('etag') ?? '';
}

async function run(url: string, load: Load & { seconds: number }): Promise<number> {
  const { connections = 32, seconds, headers, uncached = false } = load;
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout=60s',
    ...Object.entries({ ...PLAIN, ...headers }).flatMap(([name, value]) => [
      '-H',
      `${name}: ${value}`,
    ]),
    ...(uncached ? ['-s', join(import.meta.dirname, 'unique-address.lua')] : []),
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
