import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from './render.ts';
import { TEASER_MAX, teaserOf } from './teaser.ts';

const graphemes = new Intl.Segmenter('en');

test('a teaser is the first three lines that say something', () => {
  assert.equal(teaserOf('  one\r\n\n two \n'), 'one\ntwo');
  assert.equal(teaserOf('one\n\ntwo\nthree'), 'one\ntwo\nthree');
  assert.equal(teaserOf('one\ntwo\nthree\nfour'), 'one\ntwo\nthree …');
  assert.equal(teaserOf(' \n '), '');
});

test('a teaser is cut between words, and never inside a visible character', () => {
  const cut = teaserOf('word '.repeat(100));
  assert.match(cut, /^(?:word )+word…$/);
  assert.ok(cut.length <= TEASER_MAX);
  const families = teaserOf('👨‍👩‍👧‍👦'.repeat(300));
  assert.match(families, /^(?:👨‍👩‍👧‍👦)+…$/u);
  assert.equal([...graphemes.segment(families)].length, TEASER_MAX);
});

test('behind a sentence the ellipsis stands apart, and one of the text is enough', () => {
  const words = 'word '.repeat(30);
  for (const end of ['open.', 'open!', '“open?”', '(open.)', '開く。']) {
    const teaser = teaserOf(`${words}${end} ${'x'.repeat(100)}`);
    assert.equal(teaser, `${words}${end} …`);
  }
  for (const end of ['open…', 'open...']) {
    assert.equal(teaserOf(`${words}${end} ${'x'.repeat(100)}`), `${words}${end}`);
    assert.equal(teaserOf(`one\ntwo\n${end}\nfour`), `one\ntwo\n${end}`);
  }
  assert.equal(teaserOf('one\ntwo\nthree.\nfour'), 'one\ntwo\nthree. …');
});

test('a sentence that ends at the limit makes no teaser longer', () => {
  for (let before = TEASER_MAX - 8; before <= TEASER_MAX; before++) {
    const teaser = teaserOf(`${'x'.repeat(before - 1)} y. Then ${'z'.repeat(100)}`);
    assert.ok(teaser.length <= TEASER_MAX, `${teaser.length}`);
    assert.match(teaser, /(?:\w…|\. …)$/);
  }
});

test('of a formatted text it has the words alone', () => {
  const source = '# Soup\n\n- *one* [carrot](/x)\n- two\n- three';
  assert.equal(render(source, 'markdown').teaser, 'Soup\none carrot\ntwo …');
  assert.equal(render('*one*\n\n<b>', 'text').teaser, '*one*\n<b>');
});

test('a table is in it only if there is nothing else', () => {
  const table = '| a | b |\n|---|---|\n| 1 | 2 |';
  assert.equal(render(`One\n\n${table}\n\nTwo`, 'markdown').teaser, 'One\nTwo');
  assert.equal(render(table, 'markdown').teaser, 'a\nb\n1 …');
});

test('pictures and footnotes are not in it', () => {
  const pictures = [{ id: 1, key: 'k', width: 800, height: 600 }];
  const source = '![A pot](/pictures/1)\n\nText.[^1]\n\n[^1]: Note.';
  assert.equal(render(source, 'markdown', pictures).teaser, 'Text.');
});

test('the teaser of a very long text takes no longer', () => {
  const line = teaserOf('x'.repeat(10_000_000));
  assert.equal(line.length, TEASER_MAX);
});
