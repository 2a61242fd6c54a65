import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linearSrgbOf, SRGB, type Primaries } from './primaries.ts';
import { toSrgb } from './to-srgb.ts';
import type { Transfer } from './transfer.ts';

const P3: Primaries = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06];
const BT2020: Primaries = [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046];
const D50: Primaries = [0.3457, 0.3585, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06];

const convert = (transfer: Transfer, primaries: Primaries, ...samples: number[]) => [
  ...toSrgb(Uint8Array.from(samples), 3, { transfer, matrix: linearSrgbOf(primaries)! }),
];

test('sRGB stays what it is', () => {
  const samples = Array.from({ length: 255 }, (_, n) => n);
  assert.deepEqual(convert('srgb', SRGB, ...samples), samples);
});

test('powers, other primaries and other whites become sRGB', () => {
  assert.deepEqual(convert(1, SRGB, 0, 128, 255), [0, 188, 255]);
  assert.deepEqual(convert('srgb', P3, 200, 80, 40), [216, 69, 17]);
  assert.deepEqual(convert('srgb', P3, 255, 0, 0), [255, 0, 0], 'clipped');
  assert.deepEqual(convert('srgb', D50, 255, 255, 255), [255, 255, 255]);
});

test('a high range fits the screen: paper white is half of its light, a thousand nits all', () => {
  const half = 188;
  const sample = Math.round(0.5806 * 255);
  const [white] = convert('pq', BT2020, sample, sample, sample);
  assert.ok(Math.abs(white! - half) <= 1, String(white));
  const bright = Math.round(0.7518 * 255);
  assert.deepEqual(convert('pq', BT2020, bright, bright, bright), [255, 255, 255]);
  assert.deepEqual(convert('pq', BT2020, 255, 255, 255, 0, 0, 0), [255, 255, 255, 0, 0, 0]);
  const greys = Array.from({ length: 256 }, (_, n) => [n, n, n]).flat();
  const scale = convert('hlg', BT2020, ...greys);
  assert.deepEqual([scale[0], scale.at(-1)], [0, 255]);
  assert.deepEqual(
    scale,
    scale.toSorted((a, b) => a - b),
    'brighter stays brighter',
  );
});

test('16 bits become 8, and alpha keeps its value', () => {
  const colours = { transfer: 'srgb', matrix: linearSrgbOf(SRGB)! } as const;
  const samples = Uint16Array.from([0, 0x8080, 0xffff, 0x4040]);
  assert.deepEqual([...toSrgb(samples, 4, colours)], [0, 128, 255, 64]);
});

test('primaries that span no triangle lead nowhere', () => {
  assert.equal(linearSrgbOf([0, 0, 0, 0, 0, 0, 0, 0]), undefined);
  assert.equal(linearSrgbOf([0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]), undefined);
});
