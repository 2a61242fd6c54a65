import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignFiles } from '../support/hostile-foreign.ts';
import { headerLies } from '../support/hostile-headers.ts';
import { polyglots } from '../support/hostile-polyglots.ts';
import { testUploads } from '../support/hostile-uploads.ts';
import { photo } from '../support/pictures.ts';

const siege = testUploads({
  'headers that lie': headerLies,
  'pictures that are something else besides': polyglots,
  'files of other kinds': foreignFiles,
});

test('files of other kinds are refused without a worker', async () => {
  siege().server.context.images.close();
  // There are no workers any more, so only files that need none can be refused as invalid.
  const sound = { make: () => photo({ width: 60, height: 40 }), expected: 'picture' } as const;
  assert.equal((await siege().send(sound)).status, 503);
  for (const [name, file] of Object.entries(foreignFiles)) {
    // A file that begins like a JPEG must be read further.
    if (name.startsWith('JPEG-LS')) continue;
    assert.equal((await siege().send(file)).status, 400, name);
  }
});
