import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, hasMarks, joined } from './together.ts';

test('common passages come once, differing ones both', () => {
  const [mine, theirs] = ['one\nmine\nthree\nend', 'one\ntheirs\nthree\nend'];
  assert.deepEqual(compare(mine, theirs), [
    { both: 'one\n' },
    { mine: 'mine\n', theirs: 'theirs\n' },
    { both: 'three\nend\n' },
  ]);
  const text = joined(mine, theirs);
  assert.equal(text.match(/one|three|end\b/g)?.length, 3);
  assert.ok(hasMarks(text));
});

test('nothing of either text is missing from both in one', () => {
  for (const [mine, theirs] of [
    ['', 'theirs'],
    ['mine', ''],
    ['a\n\nb', 'b\n\na'],
    ['same', 'same'],
    ['x\n', 'x'],
  ] as const) {
    const lines = joined(mine, theirs).split('\n');
    for (const line of `${mine}\n${theirs}`.split('\n')) {
      assert.ok(line === '' || lines.includes(line), `${mine} and ${theirs}`);
    }
  }
  assert.ok(!hasMarks(joined('same', 'same')));
});

test('texts that take too long to compare are shown as different', () => {
  const lines = (letter: string) =>
    Array.from({ length: 60_000 }, (_, n) => `${letter}${(n * 7919) % 1000}`).join('\n');
  const passages = compare(lines('a'), lines('b'));
  assert.ok(passages.every((passage) => 'mine' in passage));
});

test('a text that only speaks of such marks has none', () => {
  assert.ok(!hasMarks('▸▸▸ a list\nand ▸▸▸ Your version: in a line'));
});
