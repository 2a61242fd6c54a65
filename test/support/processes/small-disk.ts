import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './trouble.ts';

/** Space for a database and some pictures. */
const DISK_BYTES = 8 * 1024 * 1024;

/** A folder on a disk that can be filled to its last byte. */
interface SmallDisk {
  /**
   * Whether it is a disk of its own. If mounting is not permitted, a limit on the size of the
   * process's files stands in for a full disk; the kernel cuts a write there in the same way.
   */
  mounted: boolean;
  /** `pid`: the process for which it should be full. */
  fill: (pid: number) => void;
  free: (pid: number) => void;
}

export function smallDisk(place: Pick<Place, 'defer'>, folder: string): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const mounted = mounts(['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'masthead-test', folder]);
  if (!mounted) {
    return {
      mounted,
      fill: (pid) => limitFiles(pid, '0'),
      free: (pid) => limitFiles(pid, 'unlimited'),
    };
  }
  place.defer(() => execFileSync('umount', ['-l', folder]));
  const filler = join(folder, 'filler');
  return { mounted, fill: () => writeUntilFull(filler), free: () => rmSync(filler) };
}

/**
 * Makes a folder read-only for everybody, root included; undefined if that is not permitted. The
 * returned function undoes it.
 */
export function readOnly(place: Pick<Place, 'defer'>, folder: string): (() => void) | undefined {
  if (!mounts(['--bind', folder, folder])) return undefined;
  let over = false;
  const end = () => {
    if (!over) execFileSync('umount', ['-l', folder]);
    over = true;
  };
  place.defer(end);
  execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
  return end;
}

function mounts(args: string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Only the soft limit, so that it can be raised again. */
function limitFiles(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

function writeUntilFull(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (let chunk = Buffer.alloc(64 * 1024); chunk.length > 0;) {
      try {
        writeSync(handle, chunk);
      } catch {
        chunk = chunk.subarray(0, Math.floor(chunk.length / 2));
      }
    }
  } finally {
    closeSync(handle);
  }
}
