import sharp, { type Sharp } from 'sharp';
import { toSrgb, type Colours } from '../colours/to-srgb.ts';
import {
  isWithin,
  storedSquare,
  turnBy,
  turned,
  type Crop,
  type Size,
  type Turn,
} from '../crop.ts';
import type { Header } from '../header.ts';
import { inspect, MAX_PIXELS } from '../inspect.ts';
import { withEnd } from '../formats/jpeg.ts';
import type { RenderRequest } from '../messages.ts';
import { stripMetadata } from '../strip-metadata.ts';

/**
 * Up to this many pixels, decoders shrink to no less than twice the wanted size and Lanczos does
 * the rest. Above it they may shrink as far as they can, which saves a quarter of the time at 12
 * megapixels and is hardly visible there: 46 instead of 49 dB of a full decode.
 */
export const CAREFUL_PIXELS = 8_000_000;

/** The requested crop is outside the picture. */
export class BeyondPicture extends Error {
  /** Size when upright and rotated. */
  readonly picture: Size;

  constructor(picture: Size) {
    super('crop beyond the picture');
    this.picture = picture;
  }
}

/** Opens a picture that may be decoded. */
type Open = (autoOrient?: boolean) => Sharp;

/** A cropped square, not yet rotated. */
interface Part {
  square: Sharp;
  turn: Turn;
}

/**
 * Makes the wanted files of an upload. Decodes once, to the largest wanted size or to the picture's
 * own if smaller; all files are made of that. Rejects with BeyondPicture, or with any other error
 * if the picture is at fault.
 */
export async function render(
  upload: Buffer,
  { renditions, crop }: Pick<RenderRequest, 'renditions' | 'crop'>,
): Promise<Buffer[]> {
  const largest = Math.max(...renditions.map(({ size }) => size));
  const header = inspect(upload, { cut: crop !== undefined });
  const open = opener(await stripMetadata(upload, header.format), header);
  const { square, turn } = await (crop ? cut(open, crop, largest) : middle(open, header, largest));
  const { data, info } = await (
    await inSrgb(square, header)
  )
    .flatten({ background: '#fff' })
    .flop(turn.mirrored)
    .rotate(turn.rotation)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return Promise.all(
    renditions.map(({ size, format, quality }) =>
      sharp(data, { raw: { width, height, channels } })
        .resize(size, size, { kernel: 'lanczos3' })
        .toFormat(format, { quality })
        .toBuffer(),
    ),
  );
}

/**
 * A JPEG that lacks only its end marker is whole: once the marker is added, the decoder has nothing to
 * warn of. It warns if more is missing.
 */
export function opener(bytes: Buffer, { unended }: Header): Open {
  const input = unended ? withEnd(bytes) : bytes;
  const failOn = unended ? 'warning' : 'error';
  return (autoOrient = false) => sharp(input, { failOn, limitInputPixels: MAX_PIXELS, autoOrient });
}

/** The centred square of the picture. */
async function middle(open: Open, header: Header, size: number): Promise<Part> {
  const square = open(!header.deep).resize(size, size, {
    fit: 'cover',
    position: 'centre',
    kernel: 'lanczos3',
    fastShrinkOnLoad: header.width * header.height > CAREFUL_PIXELS,
  });
  const orientation = header.deep ? (await open().metadata()).orientation : 1;
  return { square, turn: turnBy(orientation, 0) };
}

/**
 * The requested part, no larger than `size`. Decoders do not shrink it, because its edges
 * need not lie on their grid. It is cropped before it is rotated, so that nothing large is held;
 * but a part that is enlarged is rotated first, because libvips enlarges differently from left to
 * right than from right to left.
 */
async function cut(open: Open, crop: Crop, size: number): Promise<Part> {
  const { width, height, orientation } = await open().metadata();
  const stored = { width, height };
  const turn = turnBy(orientation, crop.rotation);
  const picture = turned(stored, turn);
  if (!isWithin(crop, picture)) throw new BeyondPicture(picture);
  const { x, y, size: side } = storedSquare(crop, stored, turn);
  const square = open().extract({ left: x, top: y, width: side, height: side });
  return { square: side > size ? square.resize(size, size, { kernel: 'lanczos3' }) : square, turn };
}

/** The picture in sRGB. It must not be rotated yet. */
export async function inSrgb(picture: Sharp, { deep, colours }: Header): Promise<Sharp> {
  if (colours) return converted(picture, deep, colours);
  return deep ? inEightBits(picture) : picture;
}

/** Converts the small picture. By a profile, libvips would convert the large one, at twice the cost of decoding it. */
async function converted(picture: Sharp, deep: boolean, colours: Colours): Promise<Sharp> {
  const { data, info } = await (deep ? picture.toColourspace('rgb16') : picture)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const samples = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return sharp(toSrgb(samples, channels, colours), { raw: { width, height, channels } });
}

/**
 * With 16 bits a channel sharp would take P3 for sRGB, and the white background would be 254. The
 * picture must not be rotated here: sharp 0.35.5 frees the profile with the pixels before they are
 * rotated, and then writes it.
 */
async function inEightBits(picture: Sharp): Promise<Sharp> {
  return sharp(await picture.keepIccProfile().png({ compressionLevel: 0 }).toBuffer());
}
