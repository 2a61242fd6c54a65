interface Size {
  width: number;
  height: number;
}

interface Frame extends Size {
  left: number;
  top: number;
}

/** A palette of one dark colour and black, neither of them transparent. */
const PALETTE = Buffer.from([0x20, 0x60, 0xa0, 0, 0, 0]);

/**
 * A GIF whose frames have one colour each and need not cover its screen; optionally with a palette
 * for each frame (`local`), or a comment before the first.
 */
export function framedGif(
  screen: Size,
  frames: readonly Frame[],
  { local = false, comment = false } = {},
): Buffer {
  const head = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt16LE(screen.width, 6);
  head.writeUInt16LE(screen.height, 8);
  head.writeUInt8(local ? 0 : 0x80, 10);
  return Buffer.concat([
    head,
    ...(local ? [] : [PALETTE]),
    ...(comment ? [Buffer.from('\x21\xfe\x05hello\0', 'latin1')] : []),
    ...frames.map((frame) => frameOf(frame, local)),
    Buffer.from([0x3b]),
  ]);
}

function frameOf({ left, top, width, height }: Frame, local: boolean): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt8(0x2c, 0);
  for (const [n, value] of [left, top, width, height].entries()) {
    head.writeUInt16LE(value, 1 + 2 * n);
  }
  head.writeUInt8(local ? 0x80 : 0, 9);
  return Buffer.concat([head, ...(local ? [PALETTE] : []), pixels(width * height)]);
}

/** Zeros without compression: the code table is cleared before it would grow. */
function pixels(count: number): Buffer {
  const codes = Array.from({ length: count }, (_, n) => (n % 2 === 0 ? [4, 0] : [0])).flat();
  const bits = [...codes, 5].flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2]);
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, n) =>
    bits.slice(8 * n, 8 * n + 8).reduce((byte, bit, place) => byte | (bit << place), 0),
  );
  const blocks = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, n) => {
    const part = bytes.slice(255 * n, 255 * n + 255);
    return [part.length, ...part];
  });
  return Buffer.from([2, ...blocks.flat(), 0]);
}
