import type { Logger } from 'pino';
import type { Crop, Size } from '../crop.ts';
import type { WorkerLimits } from '../limits.ts';
import type { Rendition } from '../messages.ts';
import type { Upload } from '../upload.ts';

export interface ImagePoolOptions {
  /** Pictures decoded at once, each in its own process. */
  workers: number;
  /** Pictures of each kind, faces and those for posts, that may wait in addition. */
  queueLength: number;
  /**
   * Milliseconds (wall clock) that a face may take from the start of decoding: for workers that
   * hang. A working one reaches its own limits sooner. Pictures for posts have WHOLE times as many.
   */
  deadlineMs: number;
  /** WORKER_LIMITS when absent. */
  limits?: WorkerLimits;
  /**
   * The factor for processor time and deadlines; when absent, it is measured when a picture is
   * first too slow.
   */
  slowness?: number | undefined;
  log: Logger;
  /** REST_MS when absent. */
  restMs?: number;
  /** Worker script to run instead, for tests of start failures. */
  script?: string;
}

export interface ImagePool {
  /**
   * Makes the files of an uploaded picture, in the order of `renditions`. Rejects with InvalidImage
   * if the bytes are at fault, with TooCostly if decoding would cost too much, with ValidationError
   * if `crop` is outside the picture, and with Unavailable if the queue is full or no worker can
   * start.
   */
  render: (
    upload: Uint8Array | Upload,
    renditions: readonly Rendition[],
    crop?: Crop,
  ) => Promise<Buffer[]>;
  /**
   * The same for a whole picture: `size` of a rendition is the longer side, and nothing is enlarged. Also
   * returns the size of the largest file.
   */
  renderWhole: (
    upload: Uint8Array | Upload,
    renditions: readonly Rendition[],
  ) => Promise<WholePicture>;
  /** `restarts`: workers that ended at work or by themselves, before the pool was closed. */
  stats: () => { queued: number; running: number; restarts: number };
  /** Whether starting workers has failed so often that the pool gave up for a while. */
  stuck: () => boolean;
  /** Process ids of the running workers. */
  pids: () => number[];
  /** Kills the workers; unanswered requests are rejected with Unavailable. */
  close: () => void;
}

/** The files of a whole picture, and the size of the largest, in pixels. */
export interface WholePicture {
  files: Buffer[];
  size: Size;
}
