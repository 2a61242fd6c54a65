import { after } from 'node:test';
import pino from 'pino';
import { WORKER_LIMITS } from '../../src/images/limits.ts';
import { createImagePool, type ImagePool, type ImagePoolOptions } from '../../src/images/pool.ts';
import type { Rendition } from '../../src/images/messages.ts';

/** The files made of an upload in these tests. */
export const RENDITIONS: readonly Rendition[] = [
  { size: 300, format: 'jpeg', quality: 85 },
  { size: 64, format: 'webp', quality: 80 },
];

/** A pool with generous limits and one worker, closed when the test file has ended. */
export function imagePool(options: Partial<ImagePoolOptions> = {}): ImagePool {
  const pool = createImagePool({
    workers: 1,
    queueLength: 64,
    deadlineMs: 60_000,
    // No picture is refused here because the machine is slow.
    limits: { ...WORKER_LIMITS, cpuMs: 60_000 },
    slowness: 1,
    log: pino({ level: 'silent' }),
    ...options,
  });
  after(pool.close);
  return pool;
}
