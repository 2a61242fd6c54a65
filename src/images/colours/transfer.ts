/** How samples become light: the exponent of a power, or a named curve. */
export type Transfer = number | 'srgb' | 'pq' | 'hlg';

/** Paper white in nits (BT.2408), and 1,000 nits, the brightest light that is expected, in paper whites. */
const WHITE = 203;
const BRIGHTEST = 1000 / WHITE;

/**
 * Linear light of a sample from 0 to 1. Light is also from 0 to 1, but paper whites for PQ, and light of
 * the scene for HLG. The curves are those of IEC 61966-2-1 and ITU-R BT.2100.
 */
export function lightOf(transfer: Transfer, sample: number): number {
  if (typeof transfer === 'number') return sample ** transfer;
  return CURVES[transfer](sample);
}

const CURVES = {
  srgb: (v: number) => (v <= 0.040_45 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4),
  pq: (v: number) => {
    const power = v ** (32 / 2523);
    const light = Math.max(0, power - 107 / 128) / (2413 / 128 - (2392 / 128) * power);
    return (10_000 / WHITE) * light ** (8192 / 1305);
  },
  hlg: (v: number) =>
    v <= 0.5 ? v ** 2 / 3 : (Math.exp((v - 0.559_910_73) / 0.178_832_77) + 0.284_668_92) / 12,
};

/** The sRGB sample, from 0 to 1, for linear light from 0 to 1. */
export function srgbOf(light: number): number {
  return light <= 0.003_130_8 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** The factor that maps light of a high dynamic range to an ordinary screen; 1 for other curves. */
export function gainOf(transfer: Transfer, red: number, green: number, blue: number): number {
  if (transfer !== 'pq' && transfer !== 'hlg') return 1;
  const display = transfer === 'hlg' ? displayGain(red, green, blue) : 1;
  return display * screenGain(display * Math.max(red, green, blue));
}

/** The factor from HLG's light of the scene to paper whites on a display of 1,000 nits (BT.2100). */
function displayGain(red: number, green: number, blue: number): number {
  return BRIGHTEST * (0.2627 * red + 0.678 * green + 0.0593 * blue) ** 0.2;
}

/**
 * Maps paper white to half of the screen's light, BRIGHTEST to all of it, and what lies between by a
 * quadratic curve. This is the default of SMPTE ST 2094-50, and what browsers do. `most` is the light
 * of the brightest channel.
 */
function screenGain(most: number): number {
  if (most <= 1) return 0.5;
  if (most >= BRIGHTEST) return 1 / most;
  const [middle, height] = [1.65, 0.825];
  const [a, b] = [1 - 2 * middle + BRIGHTEST, 2 * (middle - 1)];
  const t = (Math.sqrt(b * b + 4 * a * (most - 1)) - b) / (2 * a);
  return ((1 - t) ** 2 / 2 + 2 * t * (1 - t) * height + t ** 2) / most;
}
