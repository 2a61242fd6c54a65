import { InvalidImage } from '../errors.ts';
import type { Header } from './header.ts';

/** Reads the size from a WebP's first chunk, whichever of the three kinds it is. Throws InvalidImage. */
export function readWebp(bytes: Buffer): Header {
  if (bytes.length < 30 || bytes.toString('latin1', 8, 12) !== 'WEBP') {
    throw new InvalidImage('RIFF but no WebP');
  }
  const [width, height] = size(bytes);
  return { format: 'webp', width, height, decodeBytes: 4 * width * height, deep: false };
}

function size(bytes: Buffer): [width: number, height: number] {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8X':
      return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
    default:
      throw new InvalidImage('WebP without a picture');
  }
}
