import type { Crop, Size } from './crop.ts';
import type { WorkerLimits } from './limits.ts';

/** One file to make of a picture. */
export interface Rendition {
  /** Pixels: the side of a square, or the longer side of a whole picture. */
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
  /** Nothing is cut away, and nothing enlarged. */
  whole?: boolean | undefined;
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
  /** Milliseconds of processor time, see worker/speed.ts. */
  | { kind: 'measured'; ms: number }
  /** The file of the request cannot be read. */
  | { kind: 'unreadable'; reason: string; last: false }
  /** `picture`: the size of the largest file of a whole picture. */
  | { kind: 'rendered'; sizes: number[]; picture?: Size | undefined; last: boolean }
  /** `tooCostly`: what its decoding costs, in words for people. */
  | { kind: 'invalid'; reason: string; tooCostly?: string | undefined; last: boolean }
  /** It exceeded its processor time, perhaps because the machine is busy. */
  | { kind: 'slow'; last: true }
  /** The crop is outside the picture, which has this size when upright and rotated. */
  | { kind: 'outside'; picture: Size; last: boolean };
