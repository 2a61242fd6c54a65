import sharp, { type Sharp } from 'sharp';
import { stripMetadata } from './strip-metadata.ts';
import { isWithin, storedSquare, turnBy, turned, type Crop, type Size, type Turn } from './crop.ts';
import type { Header } from './header.ts';
import { inspect, MAX_PIXELS } from './inspect.ts';
import type { RenderRequest } from './messages.ts';

/**
 * Up to this many pixels, decoders shrink to no less than twice the wanted size and Lanczos does
 * the rest. Above it they may shrink as far as they can, which saves a quarter of the time at 12
 * megapixels and is hardly visible there: 46 instead of 49 dB of a full decode.
 */
const CAREFUL_PIXELS = 8_000_000;

/** The requested crop is outside the picture. */
export class BeyondPicture extends Error {
  /** Size when upright and rotated. */
  readonly picture: Size;

  constructor(picture: Size) {
    super('crop beyond the picture');
    this.picture = picture;
  }
}

/** A square that still has to be rotated. */
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
  const header = inspect(upload);
  const bytes = await stripMetadata(upload, header.format);
  const { square, turn } = await (crop
    ? cut(bytes, crop, largest)
    : middle(bytes, header, largest));
  const { data, info } = await (header.deep ? await inEightBits(square) : square)
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

function open(bytes: Buffer, autoOrient = false): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS, autoOrient });
}

/** The middle of the picture, in sRGB. */
async function middle(bytes: Buffer, header: Header, size: number): Promise<Part> {
  const square = open(bytes, !header.deep).resize(size, size, {
    fit: 'cover',
    position: 'centre',
    kernel: 'lanczos3',
    fastShrinkOnLoad: header.width * header.height > CAREFUL_PIXELS,
  });
  const orientation = header.deep ? (await open(bytes).metadata()).orientation : 1;
  return { square, turn: turnBy(orientation, 0) };
}

/**
 * The requested part, in sRGB, no larger than `size`. Decoders do not shrink it, because its edges
 * need not lie on their grid. It is cropped before it is rotated, so that nothing large is held;
 * but a part that is enlarged is rotated first, because libvips enlarges differently from left to
 * right than from right to left.
 */
async function cut(bytes: Buffer, crop: Crop, size: number): Promise<Part> {
  const { width, height, orientation } = await open(bytes).metadata();
  const stored = { width, height };
  const turn = turnBy(orientation, crop.rotation);
  const picture = turned(stored, turn);
  if (!isWithin(crop, picture)) throw new BeyondPicture(picture);
  const { x, y, size: side } = storedSquare(crop, stored, turn);
  const square = open(bytes).extract({ left: x, top: y, width: side, height: side });
  return { square: side > size ? square.resize(size, size, { kernel: 'lanczos3' }) : square, turn };
}

/**
 * With 16 bits a channel sharp would take P3 for sRGB, and the white background would be 254. The
 * picture must not be rotated here: sharp 0.35.5 frees the profile with the pixels before they are
 * rotated, and then writes it.
 */
async function inEightBits(picture: Sharp): Promise<Sharp> {
  return sharp(await picture.keepIccProfile().png({ compressionLevel: 0 }).toBuffer());
}
