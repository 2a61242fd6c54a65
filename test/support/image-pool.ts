import { after } from 'node:test';
import pino from 'pino';
import { createImagePool, type ImagePool, type ImagePoolOptions } from '../../src/images/pool.ts';
import type { Rendition } from '../../src/images/messages.ts';

/** What an upload becomes, in these tests. */
export const RENDITIONS: readonly Rendition[] = [
  { size: 300, format: 'jpeg', quality: 85 },
  { size: 64, format: 'webp', quality: 80 },
];

/** A pool that is closed when the test file is through. */
export function imagePool(options: Partial<ImagePoolOptions> = {}): ImagePool {
  const pool = createImagePool({
    workers: 1,
    queueLength: 64,
    deadlineMs: 60_000,
    log: pino({ level: 'silent' }),
    ...options,
  });
  after(pool.close);
  return pool;
}
