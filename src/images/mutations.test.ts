import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { imagePool, RENDITIONS } from '../../test/support/image-pool.ts';
import { gif, photo, plain, png, webp } from '../../test/support/pictures.ts';
import { InvalidImage } from '../errors.ts';

const pool = imagePool({ workers: 2 });

test('a damaged picture gives files or InvalidImage, and never costs a worker', async () => {
  const size = { width: 48, height: 32 };
  const pictures = [
    await photo(size),
    await plain('#c04020', size).jpeg({ progressive: true }).toBuffer(),
    await plain('#c04020', size).toColourspace('cmyk').jpeg().toBuffer(),
    await png(size),
    await plain('#c0402080', size).toColourspace('rgb16').png({ progressive: true }).toBuffer(),
    await gif(size),
    await webp(size),
    await plain('#c0402080', size).webp({ lossless: true }).toBuffer(),
  ];
  const outcomes = { files: 0, refused: 0 };
  const edit = fc.record({
    at: fc.nat(),
    // Most of what matters stands in the first bytes.
    early: fc.boolean(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
    insert: fc.boolean(),
  });
  const damaged = fc
    .tuple(fc.constantFrom(...pictures), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([picture, edits]) => edits.reduce(apply, picture));
  const property = fc.asyncProperty(damaged, async (upload) => {
    try {
      const files = await pool.render(upload, RENDITIONS);
      assert.equal(files.length, RENDITIONS.length);
      assert.ok(files.every((file) => file.length > 0));
      outcomes.files += 1;
    } catch (error) {
      if (!(error instanceof InvalidImage)) throw error;
      outcomes.refused += 1;
    }
  });
  await fc.assert(property, { numRuns: 150 });
  assert.ok(outcomes.files > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
  assert.equal(pool.stats().restarts, 0);
});

function apply(
  picture: Buffer,
  edit: { at: number; early: boolean; bytes: Uint8Array; insert: boolean },
): Buffer {
  const at = edit.at % (edit.early ? 64 : picture.length);
  const rest = picture.subarray(edit.insert ? at : at + edit.bytes.length);
  return Buffer.concat([picture.subarray(0, at), edit.bytes, rest]);
}
