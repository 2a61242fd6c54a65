import type { Crop, Size } from './crop.ts';
import type { WorkerLimits } from './limits.ts';

/** One file to make of a picture: a square of `size` pixels. */
export interface Rendition {
  size: number;
  format: 'jpeg' | 'webp';
  /** 1 to 100 */
  quality: number;
}

/** A request to a worker. The frame's body is the upload, unless that is in a file. */
export interface RenderRequest {
  /** Where to read the upload, and how many bytes. */
  file?: { path: string; size: number } | undefined;
  renditions: readonly Rendition[];
  /** The part of the picture to keep; absent, the largest square in the middle. */
  crop?: Crop | undefined;
  limits: WorkerLimits;
}

/** A request to measure how fast this machine decodes. */
export interface MeasureRequest {
  measure: true;
}

/**
 * A worker's reply. `sizes` are the lengths in bytes of the files in the frame's body, in the order
 * of the request. After a reply with `last` the worker takes no more requests and waits to be
 * killed.
 */
export type WorkerReply =
  | { kind: 'ready' }
  /** Milliseconds of processor time, see worker-speed.ts. */
  | { kind: 'measured'; ms: number }
  /** The file of the request cannot be read. */
  | { kind: 'unreadable'; reason: string; last: false }
  | { kind: 'rendered'; sizes: number[]; last: boolean }
  /** `tooCostly`: what its decoding costs, in words for people. */
  | { kind: 'invalid'; reason: string; tooCostly?: string | undefined; last: boolean }
  /** It took more processor time than it may, which a busy machine can be to blame for. */
  | { kind: 'slow'; last: true }
  /** The crop is outside the picture, which has this size when upright and rotated. */
  | { kind: 'outside'; picture: Size; last: boolean };
