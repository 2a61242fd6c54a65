import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  centred,
  moved,
  onPixels,
  turned,
  turnedSize,
  unturned,
  zoomed,
  type Frame,
  type Size,
} from './geometry.ts';
import { MAX_SIDE, planShrink } from './plan.ts';

const side = fc.oneof(fc.integer({ min: 1, max: 1300 }), fc.integer({ min: 1, max: 20_000 }));
const share = fc.double({ min: -1, max: 1, noNaN: true });

/** A picture, a frame in it, and the longest side allowed. */
const cases = fc
  .record({
    picture: fc.record({ width: side, height: side }),
    turns: fc.nat(3),
    zoom: fc.double({ min: 1, max: 60, noNaN: true }),
    right: share,
    down: share,
    maxSide: fc.constantFrom(MAX_SIDE, 600, 300),
  })
  .map(({ picture, turns, zoom, right, down, maxSide }): [Size, Frame, number] => {
    let frame = zoomed(picture, centred(picture), zoom);
    for (let turn = 0; turn < turns; turn += 1) frame = turned(picture, frame);
    return [picture, moved(picture, frame, right * zoom, down * zoom), maxSide];
  });

test('no side is longer than allowed or than it was, and the frame lies inside on whole pixels', () => {
  fc.assert(
    fc.property(cases, ([picture, frame, maxSide]) => {
      const { region, to, frame: framed } = planShrink(picture, frame, maxSide);
      assert.ok(Math.max(to.width, to.height) <= maxSide);
      assert.ok(to.width >= 1 && to.width <= region.width);
      assert.ok(to.height >= 1 && to.height <= region.height);
      assert.ok(region.x >= 0 && region.x + region.width <= picture.width);
      assert.ok(region.y >= 0 && region.y + region.height <= picture.height);
      assert.deepEqual(onPixels(to, framed), framed);
      assert.equal(framed.rotation, frame.rotation);
    }),
  );
});

test('the frame of the smaller picture shows the same as that of the large one, to within a pixel', () => {
  fc.assert(
    fc.property(cases, ([picture, frame, maxSide]) => {
      const { region, to, frame: framed } = planShrink(picture, frame, maxSide);
      const [before, after] = [unturned(picture, frame), unturned(to, framed)];
      const [across, down] = [to.width / region.width, to.height / region.height];
      // Half a pixel by rounding, half by the separate scales of the two sides, at most one more at
      // the edge.
      const off = [
        (before.x - region.x) * across - after.x,
        (before.y - region.y) * down - after.y,
        before.size * Math.min(across, down) - after.size,
      ];
      const tolerance = 1 + 0.5 * Math.max(to.width, to.height, 2) * Math.abs(across / down - 1);
      for (const distance of off) assert.ok(Math.abs(distance) <= tolerance + 1e-6, off.join(' '));
    }),
  );
});

test('the frame keeps 600 pixels, or all it has', () => {
  fc.assert(
    fc.property(cases, ([picture, frame]) => {
      const { to, frame: framed } = planShrink(picture, frame);
      const whole = onPixels(picture, frame).size;
      assert.ok(
        framed.size >= Math.min(whole, 600) - 1,
        `${framed.size} of ${whole} in ${to.width}`,
      );
    }),
  );
});

test('a photo is sent whole if enough pixels are left, and cropped to the frame otherwise', () => {
  const photo = { width: 4000, height: 3000 };
  const middle = planShrink(photo, centred(photo));
  assert.deepEqual(middle.region, { x: 0, y: 0, ...photo });
  assert.deepEqual(middle.to, { width: 1200, height: 900 });
  assert.deepEqual(middle.frame, { rotation: 0, x: 150, y: 0, size: 900 });
  const close = planShrink(photo, { rotation: 90, x: 100, y: 200, size: 1500 });
  const { height } = turnedSize(photo, 90);
  assert.equal(height, 4000);
  assert.deepEqual(close.region, { x: 200, y: 1400, width: 1500, height: 1500 });
  assert.deepEqual(close.to, { width: 1200, height: 1200 });
  assert.deepEqual(close.frame, { rotation: 90, x: 0, y: 0, size: 1200 });
});

test('a narrow strip is sent as its middle', () => {
  const strip = { width: 9000, height: 700 };
  const { region, to } = planShrink(strip, centred(strip));
  assert.deepEqual(region, { x: 4150, y: 0, width: 700, height: 700 });
  assert.deepEqual(to, { width: 700, height: 700 });
});
