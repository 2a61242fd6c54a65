import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** No upload takes so long; milliseconds. */
const OLD_MS = 60 * 60 * 1000;

/**
 * Removes uploads that processes which were killed left in `folder`. Call it before this process receives
 * any. Other servers may use the folder: what a running process has there stays, unless it is an hour old and the
 * process id thus belongs to another program now. Never rejects: what it cannot remove, it leaves.
 */
export async function removeLeftovers(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.map((name) => removeLeftover(folder, name, now).catch(() => {})));
}

async function removeLeftover(folder: string, name: string, now: number): Promise<void> {
  const [, pid] = /^(\d+)-[0-9a-f]+$/.exec(name) ?? [];
  if (pid === undefined) return;
  const path = join(folder, name);
  const inUse = isRunning(Number(pid)) && now - (await stat(path)).mtimeMs < OLD_MS;
  if (!inUse) await unlink(path);
}

/** False for this process itself, which has just started: in a container each has the same id. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
