import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  append,
  changed,
  describe,
  move,
  referencesIn,
  referenceTo,
  remove,
} from './references.ts';

const A = '![One](/pictures/1)';
const B = '![](/pictures/2 "Two")';
const C = '![Three](/pictures/3)';

test('a reference that is written is found again, whatever its texts hold', () => {
  const texts = { id: 12, alt: 'A [wide] *view* \\ "quoted" & more', caption: 'On "top" \\ of it' };
  const source = `Words ${referenceTo(texts)} and more`;
  const [found, ...others] = referencesIn(source);
  assert.deepEqual(others, []);
  assert.ok(found);
  const { at, length, ...rest } = found;
  assert.deepEqual(rest, texts);
  assert.equal(source.slice(at, at + length), referenceTo(texts));
});

test('what does not refer to one of our pictures is left alone', () => {
  for (const source of [
    '![x](https://a.example/pictures/1)',
    '[x](/pictures/1)',
    '![x](/pictures/01)',
    '![x](/pictures/1.jpg)',
    '![x] (/pictures/1)',
  ]) {
    assert.deepEqual(referencesIn(source), [], source);
  }
});

test('all references to a picture get its texts', () => {
  const source = `${A}\n\nand ${A} ${B}`;
  const texts = { id: 1, alt: 'New', caption: 'C' };
  const one = '![New](/pictures/1 "C")';
  assert.equal(changed(source, describe(source, texts)), `${one}\n\nand ${one} ${B}`);
});

test('a picture goes with its line, and from a line it shares it goes alone', () => {
  const source = `Before\n\n${A}\n${B}\n\nand ${A} here ${A}`;
  assert.equal(changed(source, remove(source, 1)), `Before\n\n${B}\n\nand  here `);
  assert.equal(changed(A, remove(A, 1)), '');
  const alone = `Before\n\n${A}\n\nAfter`;
  assert.equal(changed(alone, remove(alone, 1)), 'Before\n\nAfter');
  const under = `Before\n${A}\n\nAfter`;
  assert.equal(changed(under, remove(under, 1)), 'Before\n\nAfter');
  assert.equal(changed(`${A}\n`, remove(`${A}\n`, 1)), '');
});

test('pictures change places with their texts, and the first and last stay where they are', () => {
  const source = `${A}\n\nWords\n\n${B}\n${C}\n`;
  const moved = (id: number, by: -1 | 1) => changed(source, move(source, id, by));
  assert.equal(moved(2, -1), `${B}\n\nWords\n\n${A}\n${C}\n`);
  assert.equal(moved(2, 1), `${A}\n\nWords\n\n${C}\n${B}\n`);
  assert.equal(moved(1, -1), source);
  assert.equal(moved(3, 1), source);
  assert.equal(moved(9, 1), source);
});

test('new references stand at the end, in paragraphs of their own', () => {
  assert.equal(append('', [A, B]), `${A}\n\n${B}\n`);
  assert.equal(append('Words\n\n', [A]), `Words\n\n${A}\n`);
  assert.equal(append('Words ', []), 'Words ');
});

test('hostile text takes no longer than other text', () => {
  for (const part of ['![', '![](/pictures/1 "', '![](/pictures/1   ', '![\\']) {
    assert.deepEqual(referencesIn(part.repeat(200_000 / part.length)), []);
  }
});
