/** What a picture's header says of it, before any decoder has touched it. */
export interface Header {
  format: 'jpeg' | 'png' | 'gif' | 'webp';
  /** pixels, before EXIF orientation */
  width: number;
  height: number;
  /** Memory in bytes the decoder needs for the whole picture at once; 0 when it goes line by line. */
  decodeBytes: number;
  /**
   * Nanoseconds of a processor that a pixel costs, from upload to small picture. Measured on
   * pictures without content, the worst that a few bytes can ask for; half as many on a fast machine.
   */
  pixelTime: number;
  /** 16 bits a channel instead of 8. */
  deep: boolean;
}

/**
 * Segments or chunks that a file may have; a photo has hundreds. Of empty ones 400,000 fit into an
 * upload, and cost the decoder a second.
 */
export const MAX_PARTS = 20_000;
