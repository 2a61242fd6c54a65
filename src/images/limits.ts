/** What one worker may use for one picture; beyond that it is killed and the picture refused. */
export interface WorkerLimits {
  /** Resident bytes of the whole process, watched by itself; without a picture it has 65 MB. */
  residentBytes: number;
  /**
   * Bytes it may request beyond what Node takes, resident or not. Enforced by the system, for
   * growth too fast to watch.
   */
  growthBytes: number;
  /** Milliseconds of processor time, from the start of decoding. */
  cpuMs: number;
}

/**
 * Memory in total: `IMAGE_WORKERS` times `residentBytes`, plus the server. Pictures that `inspect`
 * accepts stay below 350 MB; interlaced PNGs and whole-picture formats at their caps need the most.
 * Time is processor time. 12 megapixels need 2 to 25 % of the limit, 51 megapixels 5 to 100 %. On
 * slower machines the limit is raised in proportion.
 */
export const WORKER_LIMITS: WorkerLimits = {
  residentBytes: 400 * 1024 * 1024,
  growthBytes: 400 * 1024 * 1024,
  cpuMs: 1200,
};

/**
 * A picture for a post has this many times the processor time and deadline of a face, because it is
 * made into four files, the largest with 60 times the pixels of a face.
 */
export const WHOLE = 3;

/**
 * A picture that ran out of processor time is decoded once more while no other one is, with this many
 * times the limit: beside other programs the same work took up to 1.5 times as long, because they
 * share caches and cores. So the answer does not depend on how busy the machine is.
 */
export const ALONE = 2;

/**
 * Result of worker/speed.ts on the machine that WORKER_LIMITS were measured on; milliseconds of
 * processor time. A Raspberry Pi takes five to eight times as long.
 */
export const REFERENCE_MS = 5.5;

/**
 * The largest factor for slow machines. Beyond it, a picture would occupy a worker for longer than
 * its sender waits.
 */
export const SLOWEST = 10;

/** How many times as long decoding takes as on the reference machine; at least 1. Throws for an invalid time. */
export function slownessOf(measuredMs: number): number {
  if (!Number.isFinite(measuredMs)) throw new Error('not a time');
  return Math.min(Math.max(measuredMs / REFERENCE_MS, 1), SLOWEST);
}

/** How often a worker checks its own memory and time, in milliseconds. */
export const WATCH_MS = 20;
