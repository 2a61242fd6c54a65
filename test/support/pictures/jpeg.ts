/** The header of a JPEG, read by hand. */
interface JpegHeader {
  width: number;
  height: number;
  components: number;
  /** Numbers of application segments and comments: 0xe0 is JFIF, 0xe1 EXIF, 0xe2 ICC, 0xfe a comment. */
  segments: number[];
}

/** Reads the segments up to the first scan; throws if this is not a JPEG. */
export function readJpeg(bytes: Buffer): JpegHeader {
  if (bytes.readUInt16BE(0) !== 0xffd8) throw new Error('not a JPEG');
  const header: JpegHeader = { width: 0, height: 0, components: 0, segments: [] };
  for (let at = 2; ;) {
    const marker = bytes.readUInt16BE(at) & 0xff;
    if (marker === 0xda) return header;
    if ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe) header.segments.push(marker);
    if (marker >= 0xc0 && marker <= 0xc2) {
      header.height = bytes.readUInt16BE(at + 5);
      header.width = bytes.readUInt16BE(at + 7);
      header.components = bytes.readUInt8(at + 9);
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
}
