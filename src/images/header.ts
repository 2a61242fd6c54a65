import type { Colours } from './colours/to-srgb.ts';

/** What a picture's header says, read before any decoder runs. */
export interface Header {
  format: 'jpeg' | 'png' | 'gif' | 'webp';
  /** Pixels, before the EXIF orientation is applied. */
  width: number;
  height: number;
  /** Bytes the decoder needs for the whole picture at once; 0 if it works line by line. */
  decodeBytes: number;
  /** The same if a square is cropped, where that needs more. */
  cutBytes?: number;
  /** 16 bits a channel instead of 8. */
  deep: boolean;
  /** The colour space of a PNG that is not sRGB and has no ICC profile. */
  colours?: Colours;
  /** The end marker of a JPEG is missing. */
  unended?: boolean;
}

/**
 * Most segments or chunks in a file; a photo has hundreds. 400,000 empty ones fit into an upload
 * and would cost the decoder a second.
 */
export const MAX_PARTS = 20_000;
