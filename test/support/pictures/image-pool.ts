import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import pino from 'pino';
import { WORKER_LIMITS } from '../../../src/images/limits.ts';
import { createImagePool } from '../../../src/images/pool/pool.ts';
import type { ImagePool, ImagePoolOptions } from '../../../src/images/pool/image-pool.ts';
import type { Rendition } from '../../../src/images/messages.ts';
import { photo } from '../pictures.ts';
import { until } from '../until.ts';

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

/** A picture that takes no time. */
export const small = await photo({ width: 60, height: 40 });
/** Asserts that no file is empty. */
export const isFiles = (files: Buffer[]) => assert.ok(files.every((file) => file.length > 0));

/** Tries again, because a busy machine may need longer for a small picture than these tests allow. */
export async function served(pool: ImagePool): Promise<void> {
  const render = () => pool.render(small, RENDITIONS).catch(() => undefined);
  isFiles(await until('a picture', render));
}

/** The only worker's process id, once it decodes. */
export async function busy(pool: ImagePool): Promise<number> {
  return until('a busy worker', async () =>
    pool.stats().running > 0 ? pool.pids()[0] : undefined,
  );
}

/** Resolves when the process has ended, also if it still waits to be reaped. */
export async function gone(pid: number): Promise<void> {
  await until(`the end of ${pid}`, async () => {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    return /\) [ZX] /.test(stat) || undefined;
  });
}
