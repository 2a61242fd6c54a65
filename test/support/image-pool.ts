import { after } from 'node:test';
import pino from 'pino';
import { WORKER_LIMITS } from '../../src/images/limits.ts';
import { createImagePool, type ImagePool, type ImagePoolOptions } from '../../src/images/pool.ts';
import type { Rendition } from '../../src/images/messages.ts';

/** What an upload becomes, in these tests. */
export const RENDITIONS: readonly Rendition[] = [
  { size: 300, format: 'jpeg', quality: 85 },
  { size: 64, format: 'webp', quality: 80 },
];

/** A patient pool, with one worker, that is closed when the test file is through. */
export function imagePool(options: Partial<ImagePoolOptions> = {}): ImagePool {
  const pool = createImagePool({
    workers: 1,
    queueLength: 64,
    deadlineMs: 60_000,
    // A slow machine is no reason to refuse a picture here.
    limits: { ...WORKER_LIMITS, cpuMs: 60_000 },
    log: pino({ level: 'silent' }),
    ...options,
  });
  after(pool.close);
  return pool;
}
