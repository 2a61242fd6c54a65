import { join } from 'node:path';

/**
 * Where Node keeps what it has compiled and stripped of types: most of a start. Beside the code, where no other
 * user can write.
 */
export const COMPILE_CACHE = join(import.meta.dirname, '..', '.cache', 'compiled');

/**
 * Variables that are read once, when a process starts. glibc, left alone, takes the first password hash for a
 * sign that blocks of 19 MiB are common, and from then on keeps what was freed: 130 MB more stayed resident after
 * sixteen people had logged in. And who finds even the first module in the cache never loads what
 * strips types, which takes 14 MB. Systems other than Linux have no use for the one, and do without the other.
 */
export const START_VARIABLES: Readonly<Record<string, string>> =
  process.platform === 'linux'
    ? { MALLOC_MMAP_THRESHOLD_: String(1024 * 1024), NODE_COMPILE_CACHE: COMPILE_CACHE }
    : {};

/**
 * V8's flags for the server: young objects live in two halves of 4 MB. By itself it lets them grow to 16, which
 * uploads filled with nothing that lasts: 30 MB resident for 1 MB in use.
 */
export const START_FLAGS: readonly string[] = ['--max-semi-space-size=4'];
