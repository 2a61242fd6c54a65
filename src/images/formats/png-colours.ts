import { linearSrgbOf, SRGB, type Primaries } from '../colours/primaries.ts';
import type { Colours } from '../colours/to-srgb.ts';
import type { Transfer } from '../colours/transfer.ts';

/** By their numbers in ITU-T H.273. The white point comes first. */
const PRIMARIES: Record<number, Primaries> = {
  1: SRGB,
  4: [0.31, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
  5: [0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06],
  6: [0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  7: [0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  9: [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
  12: [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
};
/** Browsers show BT.709 and its relatives as BT.1886 defines it for screens. */
const SCREEN = 2.4;
const TRANSFERS: Record<number, Transfer> = {
  1: SCREEN,
  4: 2.2,
  5: 2.8,
  6: SCREEN,
  8: 1,
  13: 'srgb',
  14: SCREEN,
  15: SCREEN,
  16: 'pq',
  18: 'hlg',
};
const SRGB_TRANSFER = 13;

/** Alone, this gAMA means sRGB, whose curve is close to a power of 2.2. */
const SRGB_GAMMA = 45_455;

/**
 * What a PNG's samples mean, from the contents of the chunks before its pixels: what its ICC profile
 * says, sRGB, or Colours. The order is that of browsers: cICP, iCCP, sRGB, gAMA with or without cHRM.
 */
export function pngColours(chunks: ReadonlyMap<string, Buffer>): 'profile' | 'srgb' | Colours {
  const code = fromCodes(chunks.get('cICP'));
  if (code) return code;
  if (chunks.has('iCCP')) return 'profile';
  return chunks.has('sRGB') ? 'srgb' : fromGamma(chunks.get('gAMA'), chunks.get('cHRM'));
}

/** Undefined for unknown codes, a narrow range, or coefficients other than RGB. */
function fromCodes(cicp: Buffer | undefined): 'srgb' | Colours | undefined {
  if (cicp?.length !== 4) return undefined;
  const [primaries = 0, curve = 0, coefficients, fullRange] = cicp;
  const transfer = TRANSFERS[curve];
  const matrix = PRIMARIES[primaries] && linearSrgbOf(PRIMARIES[primaries]);
  if (!transfer || !matrix || coefficients !== 0 || fullRange !== 1) return undefined;
  return PRIMARIES[primaries] === SRGB && curve === SRGB_TRANSFER ? 'srgb' : { transfer, matrix };
}

function fromGamma(gama: Buffer | undefined, chrm: Buffer | undefined): 'srgb' | Colours {
  const gamma = gama?.length === 4 ? gama.readUInt32BE() : 0;
  const primaries = chrm?.length === 32 ? readPrimaries(chrm) : SRGB;
  if (gamma === 0 || (gamma === SRGB_GAMMA && primaries === SRGB)) return 'srgb';
  const matrix = linearSrgbOf(primaries);
  return matrix ? { transfer: 100_000 / gamma, matrix } : 'srgb';
}

function readPrimaries(chrm: Buffer): Primaries {
  const values = Array.from({ length: 8 }, (_, n) => chrm.readUInt32BE(4 * n) / 100_000);
  return values as unknown as Primaries;
}
