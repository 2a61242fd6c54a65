import { jpegSegment, resizedJpeg } from '../pictures/crafted-pictures.ts';
import { plain } from '../pictures.ts';

export const SOS = 0xda;
export const END = Buffer.from([0xff, 0xd9]);

/** A hand-made progressive grey JPEG that is valid for every decoder. */
interface Scans {
  width: number;
  height: number;
  /** Everything after the first scan, up to the end marker. */
  rest: Buffer;
}

const FRAME_AND_TABLES = [
  jpegSegment(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)])),
  jpegSegment(0xc2, Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0])),
  // Each has one code of one bit: the mean of the block before, and a run of empty blocks.
  jpegSegment(0xc4, Buffer.from([0, 1, ...Array<number>(15).fill(0), 0])),
  jpegSegment(0xc4, Buffer.from([0x10, 1, ...Array<number>(15).fill(0), 0xe0])),
];

function greyScans({ width, height, rest }: Scans): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const means = jpegSegment(SOS, Buffer.from([1, 1, 0, 0, 0, 0]));
  const jpeg = Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...FRAME_AND_TABLES,
    means,
    Buffer.alloc(Math.ceil(blocks / 8)),
    rest,
    END,
  ]);
  return resizedJpeg(jpeg, width, height);
}

/** A scan that declares all blocks empty: 16,384 in each 15 zero bits. */
function emptyScan(width: number, height: number): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const bits = 15 * Math.ceil(blocks / 16_384);
  const coefficients = jpegSegment(SOS, Buffer.from([1, 1, 0, 1, 63, 0]));
  return Buffer.concat([coefficients, Buffer.alloc(Math.ceil(bits / 8))]);
}

/** `scans` passes over the whole picture, with a few bytes each. */
export function scanBomb(scans: number, width: number, height: number): Buffer {
  const scan = emptyScan(width, height);
  return greyScans({ width, height, rest: Buffer.alloc((scans - 1) * scan.length, scan) });
}

/**
 * The same, but behind a meaningless marker. A decoder that looks for a restart marker within a
 * scan does not read a length there: it continues right behind, and meets the scans.
 */
export function hiddenScans(tricks: number, width: number, height: number): Buffer {
  const scan = emptyScan(width, height);
  const interval = (blocks: number) => jpegSegment(0xdd, Buffer.from([blocks >> 8, blocks & 255]));
  const hidden = Buffer.alloc(65_535 - 2);
  interval(0).copy(hidden);
  const count = Math.floor((hidden.length - 6) / scan.length);
  hidden.fill(scan, 6, 6 + count * scan.length);
  const one = Buffer.concat([interval(65_535), scan, Buffer.from([0xff, 2, 0xff, 0xff]), hidden]);
  return greyScans({ width, height, rest: Buffer.alloc(tricks * one.length, one) });
}

/** The smallest possible scan: one more bit of each block's mean, without data. */
const TINY_SCAN = Buffer.from([0xff, SOS, 0, 8, 1, 1, 0, 0, 0, 0x10]);

/** A progressive JPEG up to the end of its first scan. */
async function firstScan(): Promise<Buffer> {
  const jpeg = await plain('#888', { width: 64, height: 64 })
    .jpeg({ progressive: true })
    .toBuffer();
  const first = jpeg.indexOf(Buffer.from([0xff, SOS]));
  let end = first + 2 + jpeg.readUInt16BE(first + 2);
  while (jpeg[end] !== 0xff || jpeg[end + 1] === 0) end += 1;
  return jpeg.subarray(0, end);
}

/** `scans` of the smallest progressive scans; the decoder walks all blocks for each. */
export async function tinyScans(scans: number, width: number, height: number): Promise<Buffer> {
  const copies = Buffer.alloc((scans - 1) * TINY_SCAN.length, TINY_SCAN);
  return resizedJpeg(Buffer.concat([await firstScan(), copies, END]), width, height);
}

/** A lossless grey JPEG: each sample equals the one before, one zero bit each. */
export function losslessJpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xc3, frame),
    jpegSegment(0xc4, Buffer.from([0, 1, ...Array<number>(15).fill(0), 0])),
    jpegSegment(SOS, Buffer.from([1, 1, 0, 1, 0, 0])),
    Buffer.alloc(Math.ceil((width * height) / 8)),
    END,
  ]);
}
