import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gather } from './gather.ts';

test('what is gathered is the pieces in their order, whatever their lengths', () => {
  for (const lengths of [[], [0], [1, 2, 3], [65_535, 1, 1], [70_000, 5, 200_000, 65_536, 7]]) {
    const pieces = lengths.map((length) => randomBytes(length));
    const gathered = gather();
    for (const piece of pieces) gathered.add(piece);
    assert.deepEqual(gathered.bytes(), Buffer.concat(pieces), lengths.join());
  }
});
