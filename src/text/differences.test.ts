import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findDifferences, type Piece } from './differences.ts';

const joined = (pieces: readonly Piece[], without: Piece['kind']) =>
  pieces.map(({ kind, text }) => (kind === without ? '' : text)).join('');

test('pieces make both texts, whatever they are', () => {
  const unit = fc.oneof(fc.constantFrom('a', 'b', ' ', '\n', '.'), fc.string({ unit: 'grapheme' }));
  const text = fc.array(unit, { maxLength: 30 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = findDifferences(before, after, 1000);
      assert.ok(pieces);
      assert.equal(joined(pieces, 'added'), before);
      assert.equal(joined(pieces, 'removed'), after);
      if (before === after) assert.ok(pieces.every(({ kind }) => kind === 'same'));
    }),
  );
});

test('whole words are marked, in any script', () => {
  for (const [before, after, removed, added] of [
    ['the lock keeper', 'the dock keeper', 'lock', 'dock'],
    ['старый дом', 'старые дома', 'старый', 'старые'],
    ['👩🏽‍🚀 flies', '👩🏽‍🚒 flies', '👩🏽‍🚀', '👩🏽‍🚒'],
  ] as const) {
    const changed = findDifferences(before, after, 1000)?.filter(({ kind }) => kind !== 'same');
    assert.deepEqual(changed?.slice(0, 2), [
      { kind: 'removed', text: removed },
      { kind: 'added', text: added },
    ]);
  }
});

test('a small change is found in megabytes, and what is too different is given up', () => {
  const long = 'word '.repeat(1_600_000);
  const pieces = findDifferences(`${long}one ${long}`, `${long}two ${long}`, 1000);
  assert.deepEqual(
    pieces?.map(({ kind }) => kind),
    ['same', 'removed', 'added', 'same'],
  );
  assert.equal(findDifferences(long, 'other '.repeat(1_000_000), 1000), null);
  const numbered = (of: (n: number) => number) =>
    Array.from({ length: 8000 }, (_, n) => `w${of(n)}`).join(' ');
  const reversed = numbered((n) => 8000 - n);
  assert.equal(
    findDifferences(
      numbered((n) => n),
      reversed,
      20,
    ),
    null,
  );
});
