/** How EXIF begins in a JPEG, and in WebP files of some programs. */
export const EXIF_MARK = Buffer.from('Exif\0\0', 'latin1');

const ORIENTATION = 0x0112;
const SHORT = 3;
const LONG = 4;
const ENTRY = 12;

/**
 * The orientation, 1 to 8, in a block of EXIF with or without its mark; 1 if none is found. Reads
 * only the first directory, and each entry once.
 */
export function orientationOf(block: Buffer): number {
  const exif = block.indexOf(EXIF_MARK) === 0 ? block.subarray(EXIF_MARK.length) : block;
  const order = exif.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return 1;
  const little = order === 'II*\0';
  const short = (at: number) => (little ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  const long = (at: number) => (little ? exif.readUInt32LE(at) : exif.readUInt32BE(at));
  if (exif.length < 8) return 1;
  const directory = long(4);
  if (directory + 2 > exif.length) return 1;
  const entries = Math.min(short(directory), Math.floor((exif.length - directory - 2) / ENTRY));
  for (let n = 0; n < entries; n += 1) {
    const entry = directory + 2 + n * ENTRY;
    if (short(entry) !== ORIENTATION) continue;
    const type = short(entry + 2);
    const value = type === SHORT ? short(entry + 8) : type === LONG ? long(entry + 8) : 1;
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** EXIF with nothing but an orientation, without a mark. */
export function exifOf(orientation: number): Buffer {
  const exif = Buffer.from(
    'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0',
    'latin1',
  );
  exif.writeUInt16BE(orientation, 18);
  return exif;
}
