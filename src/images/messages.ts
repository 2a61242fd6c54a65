import type { Crop, Size } from './crop.ts';
import type { WorkerLimits } from './limits.ts';

/** One file wanted of a picture: a square of `size` pixels in one of the formats we write. */
export interface Rendition {
  size: number;
  format: 'jpeg' | 'webp';
  /** 1 to 100 */
  quality: number;
}

/** What the server asks of a worker; the frame's body is the upload, unless it is in a file. */
export interface RenderRequest {
  /** Where to read the upload, and its bytes. */
  file?: { path: string; size: number } | undefined;
  renditions: readonly Rendition[];
  /** What of the picture to keep; a square in its middle, as large as can be, when absent. */
  crop?: Crop | undefined;
  limits: WorkerLimits;
}

/**
 * What a worker answers. `sizes` are the lengths in bytes of the files that follow one another in
 * the frame's body, in the order of the request. After a reply with `last` the worker takes no
 * more requests and waits to be killed.
 */
export type WorkerReply =
  | { kind: 'ready' }
  /** The file of the request cannot be read from here: its bytes are to be sent. */
  | { kind: 'unread'; last: false }
  | { kind: 'rendered'; sizes: number[]; last: boolean }
  | { kind: 'invalid'; reason: string; last: boolean }
  /** The crop goes beyond the picture, which is of this size when upright and turned. */
  | { kind: 'outside'; picture: Size; last: boolean };
