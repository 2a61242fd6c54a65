import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findExpiredRevisions, KEPT_BYTES, type SizedRevision } from './revisions-kept.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const NOW = 1000 * DAY;

/** Revisions of these ages in hours, oldest first. */
const drafts = (...hours: number[]): SizedRevision[] =>
  hours.map((age, n) => ({ id: n + 1, published: 0, created_at: NOW - age * HOUR, bytes: 10 }));

test('after a day one unpublished revision of each hour is kept, after 30 days one of each day', () => {
  assert.deepEqual(findExpiredRevisions(drafts(23.9, 23.8, 23.7, 1), NOW), []);
  assert.deepEqual(findExpiredRevisions(drafts(49.9, 49.5, 49.1, 48.9, 1), NOW), [2, 1]);
  assert.deepEqual(findExpiredRevisions(drafts(31 * 24, 31 * 24 - 5, 31 * 24 - 30, 1), NOW), [1]);
});

test('beyond 20 MB the oldest unpublished revisions go first, then the oldest published ones', () => {
  const large = (published: number, id: number) => ({
    id,
    published,
    created_at: NOW,
    bytes: KEPT_BYTES / 3,
  });
  const mixed = [large(1, 1), large(0, 2), large(1, 3), large(0, 4), large(1, 5)];
  assert.deepEqual(findExpiredRevisions(mixed, NOW), [2, 4]);
  assert.deepEqual(findExpiredRevisions([...mixed, large(1, 6)], NOW), [2, 4, 1]);
  assert.deepEqual(findExpiredRevisions([{ ...large(1, 7), bytes: KEPT_BYTES * 2 }], NOW), []);
});

test('many tiny revisions are bounded too', () => {
  const tiny = Array.from({ length: 6000 }, (_, n) => ({
    id: n + 1,
    published: 1,
    created_at: NOW,
    bytes: 1,
  }));
  assert.equal(tiny.length - findExpiredRevisions(tiny, NOW).length, 5120);
});

test('whatever there is: what is kept fits or is needed, published ones go only for want of room, and nothing more goes a second time', () => {
  const one = fc.record({
    published: fc.constantFrom(0, 1),
    age: fc.integer({ min: -HOUR, max: 60 * DAY }),
    bytes: fc.oneof(fc.nat(9000), fc.nat(12 * 1024 * 1024)),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (given) => {
      const all = given.map(({ published, age, bytes }, n) => ({
        id: n + 1,
        published,
        created_at: NOW - age,
        bytes,
      }));
      const expired = new Set(findExpiredRevisions(all, NOW));
      const kept = all.filter(({ id }) => !expired.has(id));
      assert.equal(kept.at(-1), all.at(-1));
      const newest = all.findLast(({ published }) => published === 1);
      assert.ok(!newest || kept.includes(newest));
      const publishedGone = all.some(({ id, published }) => published === 1 && expired.has(id));
      const total = all.reduce((sum, { bytes }) => sum + Math.max(bytes, 4096), 0);
      if (publishedGone) {
        assert.ok(total > KEPT_BYTES);
        assert.ok(kept.every((k) => k.published === 1 || k === all.at(-1)));
      }
      const bytes = kept.reduce((sum, k) => sum + Math.max(k.bytes, 4096), 0);
      assert.ok(bytes <= KEPT_BYTES || kept.every((k) => k === all.at(-1) || k === newest));
      assert.deepEqual(findExpiredRevisions(kept, NOW), []);
    }),
    { numRuns: 300 },
  );
});
