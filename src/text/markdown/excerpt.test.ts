import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginning, cutText } from '../cut.ts';
import { render } from '../render.ts';

const excerpt = (source: string) => {
  const { excerptHtml: html, excerptCut: cut } = render(source, 'markdown');
  return { html, cut };
};
const paragraph = (letter: string, length: number) => letter.repeat(length);

test('a short text is its own excerpt, and nothing is to be continued', () => {
  assert.deepEqual(excerpt('one\n\ntwo'), {
    html: '<p dir="auto">one</p>\n<p dir="auto">two</p>',
    cut: false,
  });
});

test('an excerpt holds whole blocks of 600 characters', () => {
  const fits = `${paragraph('a', 300)}\n\n${paragraph('b', 300)}`;
  assert.equal(excerpt(fits).cut, false);
  const { html, cut } = excerpt(`${fits}\n\nc`);
  assert.ok(cut);
  assert.match(html, /b<\/p>$/);
  assert.doesNotMatch(html, /c/);
});

test('a first paragraph that is longer is cut between words, and what is open is closed', () => {
  const { html, cut } = excerpt(`*${'word '.repeat(200).trim()}*`);
  assert.ok(cut);
  assert.match(html, /^<p dir="auto"><em>(?:word )+word…<\/em><\/p>$/);
  assert.ok(html.length < 650);
});

test('behind a sentence the ellipsis stands apart, whatever is cut', () => {
  const words = 'word '.repeat(116);
  const sentence = `${words}it is open.`;
  const next = 'x'.repeat(100);
  const shown = `<p dir="auto">${sentence} …</p>`;
  assert.equal(excerpt(`${sentence} ${next}`).html, shown);
  assert.equal(excerpt(`${sentence} [${next}](/x)`).html, shown);
  const bold = excerpt(`${words}**it is open.**\`${next}\``).html;
  assert.equal(bold, `<p dir="auto">${words}<strong>it is open.</strong> …</p>`);
  assert.equal(
    excerpt(`${words}and so on... ${next}`).html,
    `<p dir="auto">${words}and so on...</p>`,
  );
  const plain = render(`${sentence} ${next}`, 'text').excerptHtml;
  assert.equal(plain, `<p class="typed" dir="auto">${sentence} …</p>`);
});

test('nothing more is shown where the limit is between two parts of a paragraph', () => {
  const { html } = excerpt(`*${paragraph('a', 600)}*${' word'.repeat(100)}`);
  assert.equal(html, `<p dir="auto"><em>${paragraph('a', 600)}</em>…</p>`);
});

test('a link is never cut', () => {
  const { html } = excerpt(`${'word '.repeat(118)}[a link of five words](/x) end`);
  assert.match(html, /word …<\/p>$/);
  assert.doesNotMatch(html, /<a/);
});

test('a list is cut between its items, and where the first is too long, shown as text', () => {
  const { html } = excerpt('- an item\n'.repeat(100));
  assert.match(html, /<li dir="auto">an item<\/li>\n<\/ul>$/);
  assert.ok(html.split('<li').length < 90);
  const long = excerpt(`- ${'word '.repeat(200)}\n- two`).html;
  assert.match(long, /^<p dir="auto">(?:word )+word…<\/p>$/);
});

test('headings are bold, and ids and footnotes are left out: several excerpts stand on one page', () => {
  const { html } = excerpt('# Title\n\ntext[^1]\n\n[^1]: note');
  assert.equal(html, '<p dir="auto"><strong>Title</strong></p>\n<p dir="auto">text</p>');
});

test('a cut falls between what people see as characters', () => {
  const family = '👨‍👩‍👧‍👦';
  assert.equal(cutText(family.repeat(5), 3), `${family.repeat(2)}…`);
  assert.equal(cutText('e\u0301'.repeat(5), 3), `${'e\u0301'.repeat(2)}…`);
  assert.equal(cutText('one two three', 9), 'one two…');
  assert.equal(cutText(' short ', 9), 'short');
});

test('marks that are stacked without end do not make a cut longer', () => {
  const cut = cutText(`a${'\u0301'.repeat(100_000)} b`, 100);
  assert.ok(cut.length <= 1700, `${cut.length}`);
});

test('the beginning of a title has so many code points at most, and ends between characters', () => {
  assert.equal(beginning('a'.repeat(60), 50), 'a'.repeat(50));
  assert.equal(beginning('😀'.repeat(60), 50), '😀'.repeat(50));
  const flag = '🇩🇪';
  assert.equal(beginning(`a${flag.repeat(30)}`, 50), `a${flag.repeat(24)}`);
  assert.equal(Array.from(beginning(`a${'\u0301'.repeat(100)}`, 50)).length, 50);
});
