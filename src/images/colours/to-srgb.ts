import type { Matrix } from './primaries.ts';
import { gainOf, lightOf, srgbOf, type Transfer } from './transfer.ts';

/** The colour space of a picture that is not sRGB and has no ICC profile. */
export interface Colours {
  transfer: Transfer;
  /** From linear light in their primaries to linear sRGB. */
  matrix: Matrix;
}

/** Steps of linear light when it is encoded. One step is a fifth of a level where sRGB is steepest. */
const STEPS = 16_384;

/**
 * Converts samples of 8 or 16 bits (red, green, blue and, with 4 channels, alpha) to sRGB with 8 bits.
 * Colours outside sRGB are clipped, a high dynamic range is mapped to that of a screen, alpha is kept.
 */
export function toSrgb(
  samples: Uint8Array | Uint16Array,
  channels: number,
  { transfer, matrix }: Colours,
): Buffer {
  const most = 256 ** samples.BYTES_PER_ELEMENT - 1;
  const light = Float64Array.from({ length: most + 1 }, (_, n) => lightOf(transfer, n / most));
  const levels = Uint8Array.from({ length: STEPS + 1 }, (_, n) =>
    Math.round(255 * srgbOf(n / STEPS)),
  );
  const srgb = Buffer.allocUnsafe(samples.length);
  for (let at = 0; at < samples.length; at += channels) {
    const red = light[samples[at]!]!;
    const green = light[samples[at + 1]!]!;
    const blue = light[samples[at + 2]!]!;
    const gain = gainOf(transfer, red, green, blue);
    for (let n = 0; n < 3; n += 1) {
      const [r, g, b] = matrix[n]!;
      const sum = gain * (r * red + g * green + b * blue);
      srgb[at + n] = levels[Math.round(STEPS * Math.max(0, Math.min(1, sum)))]!;
    }
    if (channels === 4) srgb[at + 3] = Math.round((255 * samples[at + 3]!) / most);
  }
  return srgb;
}
