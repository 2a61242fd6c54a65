import fc from 'fast-check';
import { gif, photo, plain, png, webp } from '../pictures.ts';
import { apng } from './png.ts';

/** Small pictures of each format and kind, so that thousands of damaged ones take seconds. */
export async function soundPictures(): Promise<Record<string, Buffer>> {
  const size = { width: 48, height: 32 };
  return {
    JPEG: await photo({ ...size, orientation: 6 }),
    'progressive JPEG': await plain('#c04020', size)
      .flatten()
      .jpeg({ progressive: true })
      .toBuffer(),
    'CMYK JPEG': await plain('#c04020', size).toColourspace('cmyk').jpeg().toBuffer(),
    'JPEG with a profile': await plain('#c04020', size)
      .flatten()
      .withIccProfile('p3')
      .jpeg()
      .toBuffer(),
    PNG: await png(size),
    'interlaced 16-bit PNG': await plain('#c0402080', size)
      .toColourspace('rgb16')
      .png({ progressive: true })
      .toBuffer(),
    'PNG of a palette with a profile': await plain('#c0402080', size)
      .withIccProfile('p3')
      .png({ palette: true })
      .toBuffer(),
    APNG: await apng(3),
    GIF: await gif(size),
    'lossy WebP': await webp(size),
    'lossless WebP with transparency': await plain('#c0402080', size)
      .webp({ lossless: true })
      .toBuffer(),
    'extended WebP': await plain('#c0402080', size)
      .withIccProfile('p3')
      .withMetadata({ orientation: 6 })
      .webp()
      .toBuffer(),
  };
}

/** One kind of damage; shrinks towards one flipped bit at the start. */
const damage = fc.record({
  kind: fc.constantFrom('flip', 'flip', 'flip', 'overwrite', 'insert', 'delete', 'repeat'),
  at: fc.nat(),
  // Most of what matters is in the first bytes.
  early: fc.boolean(),
  bit: fc.nat(7),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
});

type Damage = (typeof damage)['generate'] extends (...all: never[]) => { value: infer T }
  ? T
  : never;

/** `picture` with one to six kinds of damage. */
export function damaged(picture: Buffer): fc.Arbitrary<Buffer> {
  return fc
    .array(damage, { minLength: 1, maxLength: 6 })
    .map((all) => all.reduce((bytes, one) => apply(bytes, one), picture));
}

function apply(picture: Buffer, { kind, at, early, bit, bytes }: Damage): Buffer {
  const from = at % Math.max(1, early ? Math.min(96, picture.length) : picture.length);
  const before = picture.subarray(0, from);
  const after = picture.subarray(from + bytes.length);
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(picture);
      if (copy.length > 0) copy[from]! ^= 1 << bit;
      return copy;
    }
    case 'overwrite':
      return Buffer.concat([before, bytes, after]);
    case 'insert':
      return Buffer.concat([before, bytes, picture.subarray(from)]);
    case 'delete':
      return Buffer.concat([before, after]);
    default:
      return Buffer.concat([before, picture.subarray(from, from + 64), picture.subarray(from)]);
  }
}
