import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from '../text/render.ts';
import { findParagraph, isAnchor, paragraphsOf } from './paragraphs.ts';

const of = (source: string) => paragraphsOf(render(source, 'markdown').html);

test('every block with words is a paragraph, also nested ones as one', () => {
  const source =
    'One & two\n\n# Three\n\n- four\n- five\n  > six\n\n---\n\n![x](/pictures/9)\n\n|a|\n|-|\n|1|\n\nEnd[^1]\n\n[^1]: A note';
  const found = of(source);
  assert.deepEqual(
    found.map(({ number, beginning }) => [number, beginning]),
    [
      [1, 'One & two'],
      [2, 'Three'],
      [3, 'four five six'],
      [4, 'x'],
      [5, 'a 1'],
      [6, 'End [1]'],
    ],
  );
  for (const { anchor } of found) assert.ok(isAnchor(anchor), anchor);
});

test('a paragraph is found while its words are the same, wherever it stands', () => {
  const before = of('one\n\ntwo\n\nthree');
  const two = before[1]?.anchor ?? '';
  assert.equal(findParagraph(of('one\n\n**two**\n\nthree'), two)?.number, 2);
  assert.equal(findParagraph(of('new\n\none\n\ntwo'), two)?.number, 3);
  assert.equal(findParagraph(of('one\n\ntwo or more'), two), undefined);
  assert.equal(findParagraph(before, ''), undefined);
  const twice = of('same\n\nother\n\nsame');
  assert.equal(findParagraph(twice, twice[2]?.anchor ?? '')?.number, 3);
});

test('a long text has a limited number of them', () => {
  assert.equal(of('a\n\n'.repeat(1000)).length, 300);
});
