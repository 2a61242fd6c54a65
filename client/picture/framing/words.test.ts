import assert from 'node:assert/strict';
import { test } from 'node:test';
import { centred, moved, turned, zoomed, type Frame } from '../geometry.ts';
import { change, percent } from './words.ts';

const picture = { width: 800, height: 600 };
const start = zoomed(picture, centred(picture), 1.4);

for (const [words, to] of [
  ['Turned to 90°', turned(picture, start)],
  ['Turned to 180°', turned(picture, turned(picture, start))],
  ['Zoom 140 %', zoomed(picture, centred(picture), 1.4)],
  ['Zoom 100 %', centred(picture)],
  ['Moved left', moved(picture, start, -0.1, 0)],
  ['Moved right', moved(picture, start, 0.1, 0)],
  ['Moved up', moved(picture, start, 0, -0.1)],
  ['Moved left and down', moved(picture, start, -0.1, 0.1)],
] as [string, Frame][]) {
  test(`${words}, by where the picture went and not the frame`, () => {
    const from = words === 'Zoom 140 %' ? centred(picture) : start;
    assert.equal(change(picture, from, to), words);
  });
}

test('nothing is announced without a change', () => {
  assert.equal(change(picture, start, { ...start }), '');
});

test('a zoom is announced in whole per cent', () => {
  assert.deepEqual([1, 1.404, 10].map(percent), ['100 %', '140 %', '1000 %']);
});
