import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LOCK = join(tmpdir(), 'masthead-apt.lock');

/** Longer than any install here takes: an older lock was left by a run that was killed. */
const STALE_MS = 10 * 60_000;

/** Whether `installPackages` can work: apt's files belong to root. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Installs Debian packages unless `isPresent` says that they are there. Test files run at the same
 * time and apt refuses a second run, so they take turns. Rejects with apt's last lines.
 */
export async function installPackages(names: string[], isPresent: () => boolean): Promise<void> {
  await takeLock();
  try {
    if (isPresent()) return;
    console.error(`Installing ${names.join(', ')} with apt-get`);
    await aptGet('update');
    await aptGet('install', '-y', '--no-install-recommends', ...names);
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
}

async function aptGet(...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['-q', ...args], { env, maxBuffer: 64 * 1024 * 1024 });
}

/** Creating a folder is atomic and fails if another process was first. */
async function takeLock(): Promise<void> {
  for (;;) {
    try {
      await mkdir(LOCK);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const taken = await stat(LOCK).catch(() => undefined);
    if (taken && Date.now() - taken.mtimeMs > STALE_MS) await rm(LOCK, { recursive: true });
    await sleep(300);
  }
}
