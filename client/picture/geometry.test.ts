import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  centred,
  isCentred,
  moved,
  onPixels,
  pinched,
  smallest,
  turned,
  turnedSize,
  unturned,
  zoomed,
  zoomOf,
  type Frame,
  type Point,
  type Size,
} from './geometry.ts';

const side = fc.oneof(
  fc.constantFrom(1, 2, 3, 300, 65_535),
  fc.integer({ min: 1, max: 400 }),
  fc.integer({ min: 1, max: 20_000 }),
);
const pictures = fc.record({ width: side, height: side });
const part = fc.double({ min: -2, max: 2, noNaN: true });
const points = fc.record({ x: part, y: part });

type Step = (picture: Size, frame: Frame) => Frame;
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(part, part).map(
    ([right, down]): Step =>
      (p, f) =>
        moved(p, f, right, down),
  ),
  fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), points).map(
    ([factor, at]): Step =>
      (p, f) =>
        zoomed(p, f, factor, at),
  ),
  fc.constant<Step>(turned),
  fc.tuple(points, points, points, points).map(
    ([a, b, c, d]): Step =>
      (p, f) =>
        pinched(p, f, [
          [a, b],
          [c, d],
        ] as const),
  ),
);

/** A picture with a frame that a person could have chosen. */
const framed = fc
  .tuple(pictures, fc.array(steps, { maxLength: 8 }))
  .map(([picture, way]): [Size, Frame] => [
    picture,
    way.reduce((frame, step) => step(picture, frame), centred(picture)),
  ]);

function assertNear(actual: number, expected: number, tolerance: number): void {
  const near = Math.abs(actual - expected) <= tolerance;
  assert.ok(near, `${actual} is not within ${tolerance} of ${expected}`);
}

test('after any moves, the frame is a square inside the picture and not too small', () => {
  fc.assert(
    fc.property(framed, ([picture, frame]) => {
      const { width, height } = turnedSize(picture, frame.rotation);
      const rounding = 1e-9 * Math.max(width, height);
      assert.ok(frame.x >= 0 && frame.x + frame.size <= width + rounding);
      assert.ok(frame.y >= 0 && frame.y + frame.size <= height + rounding);
      assert.ok(frame.size >= smallest(picture) && frame.size <= Math.min(width, height));
      assert.ok(zoomOf(picture, frame) >= 1);
    }),
  );
});

test('rounded to whole pixels, the frame stays inside, moves at most half a pixel, and has at least one', () => {
  fc.assert(
    fc.property(framed, ([picture, frame]) => {
      const { width, height } = turnedSize(picture, frame.rotation);
      const exact = onPixels(picture, frame);
      const { x, y, size } = exact;
      for (const value of [x, y, size]) assert.ok(Number.isInteger(value));
      assert.ok(x >= 0 && y >= 0 && size >= 1 && x + size <= width && y + size <= height);
      assertNear(size, frame.size, 0.5);
      // At the far edge both the corner and the side may have been rounded up.
      assertNear(x, frame.x, 1);
      assertNear(y, frame.y, 1);
      assert.deepEqual(onPixels(picture, exact), exact);
    }),
  );
});

test('four quarter turns change nothing, and each keeps the same part of the picture', () => {
  fc.assert(
    fc.property(framed, ([picture, frame]) => {
      const exact = onPixels(picture, frame);
      let round = exact;
      for (let quarter = 0; quarter < 4; quarter += 1) {
        round = turned(picture, round);
        assert.deepEqual(unturned(picture, round), unturned(picture, exact));
      }
      assert.deepEqual(round, exact);
    }),
  );
});

test('a quarter turn brings the lower left corner to the upper left', () => {
  const picture = { width: 400, height: 300 };
  const frame: Frame = { rotation: 0, x: 0, y: 200, size: 100 };
  assert.deepEqual(turned(picture, frame), { rotation: 90, x: 0, y: 0, size: 100 });
});

test('a turn brings no frame out of the picture by rounding', () => {
  const picture = { width: 122, height: 122 };
  const frame: Frame = { rotation: 180, x: 122 - 122 / 3, y: 122 - 122 / 3, size: 122 / 3 };
  assert.equal(turned(picture, frame).x, 0);
});

test('moving there and back changes nothing, unless the edge was in the way', () => {
  fc.assert(
    fc.property(framed, part, part, ([picture, frame], right, down) => {
      const there = moved(picture, frame, right, down);
      const free =
        there.x === frame.x - right * frame.size && there.y === frame.y - down * frame.size;
      fc.pre(free);
      const back = moved(picture, there, -right, -down);
      const tolerance = 1e-9 * Math.max(picture.width, picture.height);
      assertNear(back.x, frame.x, tolerance);
      assertNear(back.y, frame.y, tolerance);
    }),
  );
});

test('the picture moves as far as it is moved, but not beyond its edge', () => {
  const picture = { width: 400, height: 200 };
  const start = centred(picture);
  assert.deepEqual(moved(picture, start, 0.25, 1), { rotation: 0, x: 50, y: 0, size: 200 });
  assert.deepEqual(moved(picture, start, -9, 0), { rotation: 0, x: 200, y: 0, size: 200 });
});

const inside = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('zooming in keeps what is under the pointer in place', () => {
  const factors = fc.double({ min: 1, max: 50, noNaN: true });
  fc.assert(
    fc.property(framed, factors, inside, ([picture, frame], factor, at) => {
      const closer = zoomed(picture, frame, factor, at);
      const tolerance = 1e-9 * Math.max(picture.width, picture.height);
      assertNear(closer.x + at.x * closer.size, frame.x + at.x * frame.size, tolerance);
      assertNear(closer.y + at.y * closer.size, frame.y + at.y * frame.size, tolerance);
    }),
  );
});

test('what is under two fingers stays there while there is room', () => {
  const picture = { width: 4000, height: 3000 };
  const frame: Frame = { rotation: 90, x: 1000, y: 1500, size: 1000 };
  const from: [Point, Point] = [
    { x: 0.4, y: 0.5 },
    { x: 0.6, y: 0.5 },
  ];
  const to: [Point, Point] = [
    { x: 0.3, y: 0.6 },
    { x: 0.7, y: 0.6 },
  ];
  const after = pinched(picture, frame, [from, to]);
  assertNear(after.size, 500, 1e-9);
  for (const [index, point] of from.entries()) {
    const held = { x: frame.x + point.x * frame.size, y: frame.y + point.y * frame.size };
    assertNear(after.x + to[index]!.x * after.size, held.x, 1e-9);
    assertNear(after.y + to[index]!.y * after.size, held.y, 1e-9);
  }
});

test('two fingers on one point only move', () => {
  const picture = { width: 400, height: 200 };
  const at = { x: 0.5, y: 0.5 };
  const after = pinched(picture, centred(picture), [
    [at, at],
    [at, { x: 1, y: 0.5 }],
  ]);
  assert.deepEqual(after, { rotation: 0, x: 50, y: 0, size: 200 });
});

test('the middle is the middle until anything is moved', () => {
  const picture = { width: 401, height: 200 };
  assert.deepEqual(centred(picture), { rotation: 0, x: 100.5, y: 0, size: 200 });
  assert.equal(isCentred(picture, centred(picture)), true);
  assert.equal(isCentred(picture, moved(picture, centred(picture), 0.01, 0)), false);
  assert.equal(isCentred(picture, turned(picture, centred(picture))), false);
});

for (const [width, height, expected] of [
  [4000, 3000, 300],
  [1000, 800, 200],
  [1, 9000, 1],
  [3, 3, 1],
] as const) {
  test(`of ${width} × ${height} pixels the smallest frame has ${expected}`, () => {
    assert.equal(smallest({ width, height }), expected);
  });
}
