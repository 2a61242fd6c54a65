import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absoluteMarkup } from './absolute-markup.ts';

const site = {
  publicUrl: 'https://ink.example/blog',
  basePath: '/blog',
  mediaBase: '/blog/media',
};
const url = 'https://ink.example/blog/posts/1-soup';

for (const [stored, sent] of [
  ['<a href="/about">', '<a href="https://ink.example/blog/about">'],
  ['<a href="/blog/about">', '<a href="https://ink.example/blog/about">'],
  ['<a href="/blogs">', '<a href="https://ink.example/blog/blogs">'],
  ['<a href="#fn1">', '<a href="https://ink.example/blog/posts/1-soup#fn1">'],
  ['<a href="https://x.example/a">', '<a href="https://x.example/a">'],
  ['<a href="mailto:a@x.example">', '<a href="mailto:a@x.example">'],
  ['<p>=&quot;/a</p>', '<p>=&quot;/a</p>'],
] as const) {
  test(`${stored} is sent as ${sent}`, () => {
    assert.equal(absoluteMarkup(site, url, stored), sent);
  });
}

test('of the files of a picture, readers get the JPEG', () => {
  const more = 'srcset="/media/a.webp 480w, /media/b.webp 960w" sizes="100vw"';
  const picture = `<img src="/media/c.jpg" ${more} width="960" height="480" alt="A view">`;
  const sent =
    '<img src="https://ink.example/blog/media/c.jpg" width="960" height="480" alt="A view">';
  assert.equal(absoluteMarkup(site, url, picture), sent);
  const elsewhere = { ...site, mediaBase: 'https://cdn.example/m' };
  assert.equal(
    absoluteMarkup(elsewhere, url, picture),
    sent.replace('https://ink.example/blog/media', 'https://cdn.example/m'),
  );
});
