import assert from 'node:assert/strict';
import sharp from 'sharp';
import { imagePool, RENDITIONS } from './image-pool.ts';
import { InvalidImage } from '../../../src/errors.ts';

/** Makes the pictures of these tests. */
export const pool = imagePool({ workers: 2 });

type Colour = [red: number, green: number, blue: number];

/** Of a colour as `#rrggbb`. */
export const hex = (colour: string) =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Colour;

/** The colours of the four quadrants and, last, of the middle. */
export async function colours(upload: Buffer): Promise<Colour[]> {
  const [jpeg] = await pool.render(upload, RENDITIONS);
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [300, 300, 3]);
  const at = (x: number, y: number) => [...data.subarray((y * 300 + x) * 3).subarray(0, 3)];
  return [at(75, 75), at(225, 75), at(75, 225), at(225, 225), at(150, 150)] as Colour[];
}

/** Asserts that two colours differ by `tolerance` at most in red, green and blue. */
export function near(actual: Colour | undefined, expected: Colour, tolerance = 4): void {
  const far = expected.some((value, i) => Math.abs(value - (actual?.[i] ?? -999)) > tolerance);
  assert.ok(!far, `${actual?.join()} is not about ${expected.join()}`);
}

/** Asserts that an upload becomes a picture of one colour. */
export async function isPlain(upload: Buffer, colour: string, tolerance?: number): Promise<void> {
  for (const seen of await colours(upload)) near(seen, hex(colour), tolerance);
}

/** Asserts that an upload is refused as no picture. */
export const refused = (upload: Buffer) =>
  assert.rejects(pool.render(upload, RENDITIONS), InvalidImage);
