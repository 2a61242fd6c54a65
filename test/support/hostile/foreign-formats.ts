/** Latin-1 text, and zeros up to `length` bytes. */
export function padded(text: string, length = 600): Buffer {
  const bytes = Buffer.alloc(Math.max(length, text.length));
  bytes.write(text, 'latin1');
  return bytes;
}

/** A mark that is recognised at an offset, as in disk images and archives. */
export function at(offset: number, text: string): Buffer {
  const bytes = Buffer.alloc(offset + 600);
  bytes.write(text, offset, 'latin1');
  return bytes;
}

export function bmp(): Buffer {
  const bytes = Buffer.alloc(54 + 24 * 16 * 3, 100);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  for (const [n, value] of [40, 24, 16, 0x0018_0001, 0, 24 * 16 * 3, 2835, 2835, 0, 0].entries()) {
    bytes.writeUInt32LE(value, 14 + 4 * n);
  }
  return bytes;
}

export function ico(): Buffer {
  const picture = bmp().subarray(14);
  const head = Buffer.alloc(22);
  head.set([0, 0, 1, 0, 1, 0, 24, 16, 0, 0, 1, 0, 24, 0]);
  head.writeUInt32LE(picture.length, 14);
  head.writeUInt32LE(22, 18);
  return Buffer.concat([head, picture]);
}

/** Cards of 80 letters in blocks of 2880, then the pixels. */
export function fits(): Buffer {
  const cards = [
    'SIMPLE  = T',
    'BITPIX  = 8',
    'NAXIS   = 2',
    'NAXIS1  = 24',
    'NAXIS2  = 16',
    'END',
  ];
  const bytes = Buffer.alloc(5760, ' ');
  bytes.write(cards.map((card) => card.padEnd(80)).join(''));
  return bytes;
}

export const ftyp = (brand: string) => padded(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`);
export const netpbm = (kind: string, length: number) =>
  padded(`${kind}\n24 16\n255\n`, 13 + length);

/** The size in pixels is where a decoder of NIfTI or Analyze looks for it. */
export function volume(magic: string): Buffer {
  const bytes = Buffer.alloc(352 + 24 * 16);
  bytes.writeInt32LE(348, 0);
  for (const [n, value] of [2, 24, 16, 1, 1].entries()) bytes.writeInt16LE(value, 40 + 2 * n);
  bytes.writeInt16LE(2, 70);
  bytes.writeInt16LE(8, 72);
  bytes.write(magic, 344, 'latin1');
  return bytes;
}
