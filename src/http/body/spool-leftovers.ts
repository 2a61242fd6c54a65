import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Longer than any upload takes; milliseconds. */
const OLD_MS = 60 * 60 * 1000;

/**
 * Removes the uploads that killed processes left in `folder`. Call it before this process receives any.
 * Files of other running processes stay, since two servers may share the folder; unless a file is an hour old,
 * because its process id then belongs to another program. Never rejects: it leaves what it cannot remove.
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

/** False for this process, which has no uploads yet: in a container each start has the same id. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
