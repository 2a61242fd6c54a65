/**
 * glibc's settings, which it reads once. Left alone it takes the first password hash for a sign that
 * blocks of 19 MiB are common, and from then on keeps what was freed: 130 MB more stayed resident after
 * sixteen people had logged in. Other systems have no use for them.
 */
export const MALLOC_SETTINGS: Readonly<Record<string, string>> =
  process.platform === 'linux' ? { MALLOC_MMAP_THRESHOLD_: String(1024 * 1024) } : {};
