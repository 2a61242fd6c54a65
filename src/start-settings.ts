import { join } from 'node:path';

/**
 * Where Node keeps what it has compiled and stripped of types: most of a start. Beside the code, where no other
 * user can write, unless it is told where: the code of a hosted blog is not the server's to write to.
 */
export const COMPILE_CACHE =
  process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '..', '.cache', 'compiled');

/**
 * Variables that are read once, when a process starts. glibc, left alone, takes the first password hash for a
 * sign that blocks of 19 MiB are common, and from then on keeps what was freed: 130 MB more stayed resident after
 * sixteen people had logged in. All threads share one arena of it, since what is free in one is of no use to the others:
 * 40 MB after some minutes of uploads. And who finds even the first module in the cache never loads what strips types,
 * which takes 14 MB. Systems other than Linux have no use for the first two, and do without the third.
 */
export const START_VARIABLES: Readonly<Record<string, string>> =
  process.platform === 'linux'
    ? {
        MALLOC_ARENA_MAX: '1',
        MALLOC_MMAP_THRESHOLD_: String(1024 * 1024),
        NODE_COMPILE_CACHE: COMPILE_CACHE,
      }
    : {};

/**
 * V8's flags. Young objects live in two halves of 4 MB: by itself it lets them grow to 16, which uploads, and moving a
 * whole blog, filled with nothing that lasts, 30 MB resident for 1 MB in use. And this thread collects them by itself:
 * while all processors decode, it waited longer for others' help than that saved.
 */
export const START_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--no-parallel-scavenge'];

/**
 * Starts this process anew, under the same id and with the same arguments, when it lacks one of the variables;
 * it then gets the flags as well. Does nothing where that cannot be done, and for whoever talks to this
 * process over a channel of Node's own.
 */
export function startAnew(): void {
  const lacking = Object.keys(START_VARIABLES).some((name) => process.env[name] === undefined);
  if (!lacking || process.execve === undefined || process.connected) return;
  const args = [process.execPath, ...START_FLAGS, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...START_VARIABLES, ...process.env });
}
