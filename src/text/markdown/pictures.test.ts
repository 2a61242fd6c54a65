import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedPictures, PICTURES_MAX } from './pictures.ts';
import { render } from '../render.ts';
import { createTextRenderer } from '../renderer.ts';

const KEY = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const pictures = [
  { id: 12, key: KEY, width: 1920, height: 960 },
  { id: 13, key: OTHER, width: 300, height: 600 },
];
const shown = (source: string) => render(source, 'markdown', pictures);

const file = (folder: string, key = KEY) => `/media/${folder}/${key}.webp`;
const image = (more: string) =>
  `<img src="/media/post_jpeg/${KEY}.jpg" srcset="${file('post_480')} 480w, ${file('post_960')} 960w, ` +
  `${file('post_1920')} 1920w" sizes="(min-width: 36rem) 560px, 100vw" width="1920" height="960" ${more} decoding="async">`;
const linked = (more: string, name = '') =>
  `<a class="picture" href="${file('post_1920')}"${name}>${image(more)}</a>`;

test('a picture alone in a paragraph is a block, with a caption a figure', () => {
  assert.equal(
    shown('![A *view*](/pictures/12)').html,
    `<div class="pictures">${linked('alt="A view"')}</div>`,
  );
  assert.equal(
    shown('![](/pictures/12 "On <top>")').html,
    `<div class="pictures"><figure>${linked('alt=""', ' aria-label="On &lt;top&gt;"')}` +
      '<figcaption dir="auto">On &lt;top&gt;</figcaption></figure></div>',
  );
});

test('within a text it is part of the line, with its caption as a title', () => {
  assert.equal(
    shown('Look: ![a "view"](/pictures/12 "at \'noon\'") there.').html,
    `<p dir="auto">Look: ${linked('alt="a &quot;view&quot;" title="at \'noon\'"')} there.</p>`,
  );
});

test('a link to a picture without an alt text has a name', () => {
  assert.equal(
    shown('![](/pictures/12)').html,
    `<div class="pictures">${linked('alt=""', ' aria-label="Picture"')}</div>`,
  );
});

test('within a link it does not open by itself', () => {
  const { html } = shown('[![a](/pictures/12)](/posts/1)');
  assert.equal(html, `<p dir="auto"><a href="/posts/1">${image('alt="a"')}</a></p>`);
});

test('two and three in a row are beside each other, and only the first is loaded at once', () => {
  const { html } = shown('![a](/pictures/12)\n![b](/pictures/13 "c")');
  assert.match(
    html,
    /^<div class="pictures pictures-2"><div><a .*<\/a><\/div><figure>.*<\/figure><\/div>$/,
  );
  assert.equal(html.match(/sizes="\(min-width: 36rem\) 280px, 100vw"/g)?.length, 2);
  assert.equal(html.match(/loading="lazy"/g)?.length, 1);
  assert.ok(html.indexOf('loading="lazy"') > html.indexOf('alt="b"'));
  assert.ok(!html.includes('<br'));
  assert.match(shown('![a](/pictures/12) '.repeat(3)).html, /pictures-3/);
});

test('a small picture names each of its files once, by its own width', () => {
  const { html } = shown('![](/pictures/13)');
  assert.match(
    html,
    new RegExp(`srcset="${file('post_480', OTHER)} 240w, ${file('post_960', OTHER)} 300w"`),
  );
  assert.match(html, /width="300" height="600"/);
});

test('what is not one of the pictures is shown as its alt text', () => {
  for (const address of [
    '/pictures/14',
    '/pictures/012',
    '/pictures/12/',
    '/pictures/12?a',
    '/pictures/x',
  ]) {
    assert.equal(shown(`![my view](${address})`).html, '<p dir="auto">my view</p>', address);
  }
  assert.equal(render('![a](/pictures/12)', 'markdown').html, '<p dir="auto">a</p>');
  assert.ok(!render('![a](/pictures/12)', 'text', pictures).html.includes('<img'));
  assert.match(
    shown('![a](https://example.com/pictures/12)').html,
    /^<p dir="auto"><a href="https/,
  );
});

test(`at most ${PICTURES_MAX} are shown`, () => {
  const { html } = shown('![view](/pictures/12)\n\n'.repeat(PICTURES_MAX + 2));
  assert.equal(html.match(/<img /g)?.length, PICTURES_MAX);
  assert.equal(html.match(/<p dir="auto">view<\/p>/g)?.length, 2);
});

test('the first one is named, and an excerpt shows none', () => {
  const rendered = shown('Words\n\n![b](/pictures/13)\n\n![a](/pictures/12)');
  assert.deepEqual(rendered.picture, { key: OTHER, width: 300, height: 600, alt: 'b' });
  assert.equal(rendered.excerptHtml, '<p dir="auto">Words</p>');
  assert.equal(rendered.excerptCut, true);
  assert.equal(rendered.plain, 'Words\nb\na');
  assert.equal(shown('Words').picture, null);
  const within = shown('Here ![b](/pictures/13) it is');
  assert.equal(within.excerptHtml, '<p dir="auto">Here  it is</p>');
  assert.equal(within.excerptCut, true);
});

test('pictures in lists, quotes, tables and footnotes are shown', () => {
  const { html } = shown(
    '- ![l](/pictures/12)\n\n> ![q](/pictures/12)\n\n|a|\n|-|\n|![t](/pictures/12)|\n\nx[^1]\n\n[^1]: ![f](/pictures/12)',
  );
  for (const alt of ['l', 'q', 't', 'f']) assert.ok(html.includes(`alt="${alt}"`), alt);
});

test('a long text gets its pictures, too', async (t) => {
  const renderer = createTextRenderer();
  t.after(renderer.close);
  const long = `![a](/pictures/12)\n\n${'word '.repeat(5000)}`;
  assert.match((await renderer.render(long, 'markdown', pictures)).html, /<img /);
});

test('the pictures that a text names are found anywhere, each once', () => {
  assert.deepEqual(
    namedPictures('![](/pictures/12) /pictures/3x `/pictures/12` /pictures/0 pictures/5'),
    [12, 3],
  );
  const many = Array.from({ length: 900 }, (_, n) => `/pictures/${n + 1}`).join(' ');
  assert.equal(namedPictures(many).length, 500);
});
