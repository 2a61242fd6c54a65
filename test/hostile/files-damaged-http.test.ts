import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { damaged, soundPictures } from '../support/hostile/damage.ts';
import { besieged, type Siege } from '../support/hostile/uploads.ts';

/** Makes failures repeatable; fast-check prints it with the smallest failing file. */
const SEED = 20_261_122;
const RUNS = 25;

const sound = await soundPictures();

describe('damaged files over HTTP', () => {
  let siege: Siege;
  before(async () => {
    siege = await besieged();
  });
  after(() => siege?.server.stop());

  for (const [n, [name, picture]] of Object.entries(sound).entries()) {
    test(`${name}, damaged`, async () => {
      const property = fc.asyncProperty(damaged(picture), async (upload) => {
        await siege.upload({ make: () => upload, expected: 'either' });
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED - n });
    });

    test(`${name}, cut short at every tenth`, async () => {
      assert.equal(await siege.upload({ make: () => picture, expected: 'picture' }), 'picture');
      for (let tenth = 0; tenth < 10; tenth += 1) {
        const cut = picture.subarray(0, Math.floor((picture.length * tenth) / 10));
        await siege.upload({ make: () => cut, expected: 'either' });
      }
    });
  }
});
