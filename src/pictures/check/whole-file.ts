import type { Variant } from '../../media/picture-variants.ts';

const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
const JPEG_END = Buffer.from([0xff, 0xd9]);

/** Whether bytes are a complete file of this format, without decoding it. */
export function isWhole(bytes: Buffer, format: Variant['format']): boolean {
  if (format === 'jpeg') {
    return bytes.subarray(0, 3).equals(JPEG_START) && bytes.subarray(-2).equals(JPEG_END);
  }
  return (
    bytes.length > 12 &&
    bytes.toString('latin1', 0, 4) === 'RIFF' &&
    bytes.toString('latin1', 8, 12) === 'WEBP' &&
    // RIFF gives its size without the first eight bytes.
    bytes.readUInt32LE(4) + 8 === bytes.length
  );
}
