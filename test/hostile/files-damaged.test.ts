import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InvalidImage } from '../../src/errors.ts';
import { assertCleanJpeg } from '../support/pictures/clean-picture.ts';
import { damaged, soundPictures } from '../support/hostile/damage.ts';
import { imagePool, RENDITIONS } from '../support/pictures/image-pool.ts';

/** Makes failures repeatable; fast-check prints it with the smallest failing file. */
const SEED = 20_261_123;
const RUNS = 300;

const sound = await soundPictures();
const pool = imagePool({ workers: 2 });

/** Whether it became a clean picture; throws for anything but InvalidImage, such as two crashed decoders. */
async function rendered(upload: Buffer): Promise<boolean> {
  try {
    const [jpeg] = await pool.render(upload, RENDITIONS);
    assertCleanJpeg(jpeg!, 300);
    return true;
  } catch (error) {
    if (error instanceof InvalidImage) return false;
    throw error;
  }
}

describe('thousands of damaged files in the decoder', { concurrency: 2 }, () => {
  for (const [n, [name, picture]] of Object.entries(sound).entries()) {
    test(name, async () => {
      assert.ok(await rendered(picture));
      const outcomes = { pictures: 0, refused: 0 };
      const property = fc.asyncProperty(damaged(picture), async (upload) => {
        outcomes[(await rendered(upload)) ? 'pictures' : 'refused'] += 1;
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED + n });
      assert.ok(outcomes.pictures > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
    });
  }
});
