import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sameTags } from './tag.ts';
import { readTags, writeTags } from './tag-line.ts';

const TYPED: [string, string[]][] = [
  ['', []],
  [' , ,, ', []],
  ['soup', ['soup']],
  ['Soup, pea  soup ,C++', ['Soup', 'pea soup', 'C++']],
  ['soup, SOUP', ['soup']],
  ['汤，面、茶', ['汤', '面', '茶']],
  ['"a, b", c', ['a, b', 'c']],
  ['"say ""hi"""', ['say "hi"']],
  ['"unfinished, c', ['"unfinished', 'c']],
  ['"a"b, c', ['"a"b', 'c']],
  ['a/b, .', ['a/b', '.']],
];
for (const [line, tags] of TYPED) {
  test(`${line || 'nothing'} is ${JSON.stringify(tags)}`, () =>
    assert.deepEqual(readTags(line), tags));
}

test('tags that are written in one line are read as they were', () => {
  const unit = fc.constantFrom('a', 'B', ' ', ',', '"', '、', '🎈', '+');
  const name = fc.string({ unit, minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), (names) => {
      const tags = readTags(names.map((one) => `"${one.replaceAll('"', '""')}"`).join(','));
      assert.deepEqual(readTags(writeTags(tags)), tags);
      const visible = names.filter((one) => one.trim() !== '');
      assert.ok(sameTags(tags, visible), JSON.stringify(names));
    }),
  );
});

test('a line that is longer than ten tags can be is not taken apart, and so is refused', () => {
  for (const part of ['a,', '"', ' ', '"a",']) {
    const line = part.repeat(10_001 / part.length + 1);
    assert.deepEqual(readTags(line), [line]);
  }
});
