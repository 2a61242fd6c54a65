/** What a picture's header says of it, before any decoder has touched it. */
export interface Header {
  format: 'jpeg' | 'png' | 'gif' | 'webp';
  /** pixels, before EXIF orientation */
  width: number;
  height: number;
  /** Memory in bytes the decoder needs for the whole picture at once; 0 when it goes line by line. */
  decodeBytes: number;
  /** 16 bits a channel instead of 8. */
  deep: boolean;
}
