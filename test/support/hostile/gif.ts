import { gifOf } from '../pictures/crafted-pictures.ts';
import { all, MARKER, NEARLY_LIMIT, type HostileFiles } from './file.ts';
import { gif } from '../pictures.ts';

const small = () => gif({ width: 60, height: 40 });

/** `content` in blocks of at most `size` bytes, with the end of them. */
function blocks(content: Buffer, size = 255): Buffer {
  const all = Buffer.alloc(content.length + Math.ceil(content.length / size) + 1);
  for (let from = 0, to = 0; from < content.length; from += size, to += size + 1) {
    all.writeUInt8(Math.min(size, content.length - from), to);
    content.copy(all, to + 1, from, from + size);
  }
  return all;
}

const extension = (label: number, content: Buffer, size?: number) =>
  Buffer.concat([Buffer.from([0x21, label]), blocks(content, size)]);
const comment = (content: Buffer, size?: number) => extension(0xfe, content, size);

const TRAILER = Buffer.from([0x3b]);

function frame(width: number, height: number, pixels: Buffer): Buffer {
  const head = Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(width, 5);
  head.writeUInt16LE(height, 7);
  return Buffer.concat([head, pixels]);
}

/** A screen with a palette of white and black, and these frames. */
function gifWith(width: number, height: number, frames: readonly Uint8Array[]): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\xff\xff\xff\0\0\0', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  return Buffer.concat([screen, ...frames, TRAILER]);
}

/** One white pixel. */
const PIXEL = Buffer.from([2, 2, 0x4c, 1, 0]);

/**
 * White pixels in as few codes as possible: each is the text of the one before and a pixel more,
 * until the table is full; then the longest text again and again.
 */
function runs(pixels: number): Buffer {
  const bits: number[] = [];
  const write = (code: number, width: number) => {
    for (let n = 0; n < width; n += 1) bits.push((code >> n) & 1);
  };
  let width = 3;
  write(4, width);
  write(0, width);
  let next = 6;
  let length = 2;
  let done = 1;
  while (done < pixels) {
    const full = next > 4095;
    write(full ? 4095 : next, width);
    done += full ? 4095 - 4 : length;
    if (!full) {
      next += 1;
      length += 1;
      if (next === 1 << width && width < 12) width += 1;
    }
  }
  write(5, width);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [n, bit] of bits.entries()) bytes[n >> 3]! |= bit << (n & 7);
  return Buffer.concat([Buffer.from([2]), blocks(bytes)]);
}

const repeat = (bytes: Buffer, length: number) =>
  Buffer.alloc(Math.floor(length / bytes.length) * bytes.length, bytes);

/** GIF files that cost too much, or that decoders fail on. */
export const hostileGifs: HostileFiles = {
  ...all('refused', {
    'GIF without a frame': () => gifWith(60, 40, []),
    'GIF of nothing but a comment that never ends': () =>
      Buffer.concat([
        gifWith(60, 40, []).subarray(0, -1),
        repeat(Buffer.from('!\xfe\x01a', 'latin1'), NEARLY_LIMIT),
      ]),
  }),
  ...all('either', {
    'GIF of codes that are in no table': () =>
      gifWith(60, 40, [
        frame(60, 40, Buffer.concat([Buffer.from([2]), blocks(Buffer.alloc(2000, 0xff))])),
      ]),
    'GIF of codes of 12 bits from the start': () =>
      gifWith(60, 40, [
        frame(60, 40, Buffer.concat([Buffer.from([12]), blocks(Buffer.alloc(2000, 0xa5))])),
      ]),
    'GIF of nothing but table resets': () =>
      gifWith(60, 40, [
        frame(60, 40, Buffer.concat([Buffer.from([2]), blocks(Buffer.alloc(4_900_000, 0x24))])),
      ]),
    'GIF whose pixels never come': () =>
      gifWith(7000, 7000, [frame(7000, 7000, Buffer.from([2, 0]))]),
    'GIF of 50 megapixels': () => gifWith(10_000, 5000, [frame(10_000, 5000, runs(50_000_000))]),
    'interlaced GIF of 50 megapixels': () => {
      const whole = frame(10_000, 5000, runs(50_000_000));
      whole.writeUInt8(0x40, 9);
      return gifWith(10_000, 5000, [whole]);
    },
    'GIF of 50 megapixels and 200 frames': () => {
      const whole = frame(10_000, 5000, runs(50_000_000));
      return gifWith(
        10_000,
        5000,
        Array.from({ length: 200 }, () => whole),
      );
    },
    'GIF of one pixel on a screen of 50 megapixels': () => gifOf(10_000, 5000),
    'GIF whose second frame is of 65535 × 65535': () =>
      gifWith(60, 40, [frame(60, 40, runs(2400)), frame(65_535, 65_535, PIXEL)]),
    'GIF whose frame lies outside of its screen': () => {
      const outside = frame(60, 40, runs(2400));
      outside.writeUInt16LE(60_000, 1);
      outside.writeUInt16LE(60_000, 3);
      return gifWith(60, 40, [outside]);
    },
    'GIF that ends in more pixels than its frame has': () =>
      gifWith(60, 40, [frame(60, 40, runs(40_000_000))]),
  }),
  ...all('picture', {
    'GIF of 100,000 frames': () =>
      gifWith(60, 40, [frame(60, 40, runs(2400)), repeat(frame(1, 1, PIXEL), 15 * 99_999)]),
    'GIF of 5 MB of frames': () =>
      gifWith(60, 40, [frame(60, 40, runs(2400)), repeat(frame(1, 1, PIXEL), NEARLY_LIMIT - 2000)]),
    'GIF of 4 MB of comments': () =>
      gifWith(60, 40, [comment(Buffer.alloc(4_000_000, MARKER)), frame(60, 40, runs(2400))]),
    'GIF of 4 MB of comments in crumbs': () =>
      gifWith(60, 40, [comment(Buffer.alloc(2_000_000, MARKER), 1), frame(60, 40, runs(2400))]),
    'GIF of a million empty comments': () =>
      gifWith(60, 40, [repeat(comment(Buffer.alloc(0)), 3_000_000), frame(60, 40, runs(2400))]),
    'GIF of a comment after each of 30,000 frames': () =>
      gifWith(60, 40, [
        frame(60, 40, runs(2400)),
        repeat(Buffer.concat([comment(Buffer.from(MARKER)), frame(1, 1, PIXEL)]), 30_000 * 52),
      ]),
    'GIF of 5 MB of XMP and other applications': async () => {
      const gif = await small();
      const head = 13 + 3 * 2 ** ((gif.readUInt8(10) & 7) + 1);
      const application = extension(
        0xff,
        Buffer.concat([Buffer.from('XMP DataXMP'), Buffer.alloc(1000, MARKER)]),
        11,
      );
      return Buffer.concat([
        gif.subarray(0, head),
        repeat(application, 4_900_000),
        gif.subarray(head),
      ]);
    },
    'GIF of 5 MB of texts to be drawn': () =>
      gifWith(60, 40, [
        repeat(extension(1, Buffer.alloc(200, MARKER)), 4_900_000),
        frame(60, 40, runs(2400)),
      ]),
    'GIF of a million controls': () =>
      gifWith(60, 40, [
        repeat(extension(0xf9, Buffer.from([0, 1, 0, 0])), 4_900_000),
        frame(60, 40, runs(2400)),
      ]),
  }),
};
