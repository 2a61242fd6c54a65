/** What one worker may take for one picture; past either it is killed and the picture refused. */
export interface WorkerLimits {
  /** Resident bytes of the whole process, by its own watch; without a picture it has 65 MB. */
  residentBytes: number;
  /** Bytes it may ask the system for beyond what Node takes, resident or not; what grows too fast to be watched. */
  growthBytes: number;
  /** Milliseconds of processor time, from the start of decoding. */
  cpuMs: number;
}

/**
 * Memory is a product: `IMAGE_WORKERS` times `residentBytes`, and the server. What `inspect` lets through
 * stays below 330 MB, the most for interlaced PNGs and whole-picture formats at their caps.
 *
 * Time is the processor's, so that a busy machine refuses no honest picture; on an idle one it is the
 * clock's. 12 megapixels need a tenth of it, 50 of the slowest formats nearly all.
 */
export const WORKER_LIMITS: WorkerLimits = {
  residentBytes: 400 * 1024 * 1024,
  growthBytes: 400 * 1024 * 1024,
  cpuMs: 1200,
};

/** How often a worker looks at itself; milliseconds. */
export const WATCH_MS = 20;
