import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed } from '../../../src/text/references.ts';
import { keysIn, placeholder, resolve } from '../../../src/text/placeholders.ts';
import { place } from './place.ts';

/** A text after the edit; `|` is the caret before and after. */
function placed(marked: string, references = ['A']): string {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, insert, end } = place({ text, start: at, end: at }, references);
  const next = text.slice(0, from) + insert + text.slice(to);
  return `${next.slice(0, end)}|${next.slice(end)}`;
}

test('references are paragraphs of their own, and in the middle of a line they stand in it', () => {
  assert.equal(placed('|'), 'A\n\n|');
  assert.equal(placed('Words|'), 'Words\n\nA\n\n|');
  assert.equal(placed('Words\n|'), 'Words\n\nA\n\n|');
  assert.equal(placed('Words\n\n|'), 'Words\n\nA\n\n|');
  assert.equal(placed('|Words'), 'A\n\n|Words');
  assert.equal(placed('One|\n\ntwo'), 'One\n\nA|\n\ntwo');
  assert.equal(placed('One\n|\ntwo'), 'One\n\nA\n|\ntwo');
  assert.equal(placed('One |two'), 'One A|two');
  assert.equal(placed('One |two', ['A', 'B']), 'One A B|two');
  assert.equal(placed('|', ['A', 'B']), 'A\n\nB\n\n|');
});

test('a placeholder is found again, whatever the file is called', () => {
  for (const name of ['a.jpg', '', 'x](y) [z].png', 'a\nb\\.gif', '😀'.repeat(100)]) {
    assert.deepEqual(keysIn(`Words ${placeholder(name, 'k1')} more`), ['k1'], name);
  }
});

test('a placeholder is replaced, removed with its line, or left', () => {
  const text = `One\n\n${placeholder('a', '1')}\n\n${placeholder('b', '2')}\nand ${placeholder('c', '3')}`;
  const changes = resolve(text, (key) => ({ 1: '![](/pictures/7)', 2: null })[key]);
  assert.equal(changed(text, changes), `One\n\n![](/pictures/7)\n\nand ${placeholder('c', '3')}`);
});
