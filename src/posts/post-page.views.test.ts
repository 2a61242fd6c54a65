import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, page, post } from '../../test/support/browser/shown-post.ts';
import { render } from '../text/render.ts';
import { html } from '../views/html.ts';
import { deletePostPage } from './delete-post.views.ts';
import { postPage } from './post-page.views.ts';

test('a post ends with a link to its author’s other posts', () => {
  const text = String(postPage(page, post));
  assert.match(text, /three<\/p>.*href="\/users\/3\/posts">All posts by <bdi>Ada &amp; Co<\/bdi>/s);
});

test('its author is told why a post is shown without formatting, and nobody else', () => {
  const plain = { ...post, shown: { ...post.shown, shownPlain: 'long' as const } };
  const note = /shown as you typed it, without formatting: it has more than 200,000 characters/;
  assert.match(String(postPage({ ...page, viewer: ada }, plain)), note);
  assert.doesNotMatch(String(postPage(page, plain)), note);
});

test('below a path, links of a text lead there', () => {
  const linked = { ...post, shown: render('[a](/posts/1) `="/`', 'markdown') };
  const below = String(postPage({ ...page, basePath: '/blog' }, linked));
  assert.match(below, /<a href="\/blog\/posts\/1">a<\/a> <code>=&quot;\/<\/code>/);
});

test('only its author may change a post', () => {
  assert.match(String(postPage({ ...page, viewer: ada }, post)), /Edit Post.*Delete Post/s);
  for (const viewer of [null, { ...ada, id: 4 }]) {
    assert.doesNotMatch(
      String(postPage({ ...page, viewer }, post)),
      /Edit Post|Delete Post|dialog/,
    );
  }
});

test('the question before deleting is the same in the dialog and on the page', () => {
  const words =
    /Delete Post\?.*Are you sure you want to delete this post\? This action cannot be undone\..*action="\/posts\/12\/delete"/s;
  const viewed = String(postPage({ ...page, viewer: ada }, post));
  assert.match(viewed, words);
  assert.match(viewed, /href="\/posts\/12\/delete" data-dialog="delete-post"/);
  assert.match(viewed, /<dialog id="delete-post".*<button [^>]*data-close autofocus>Cancel</s);
  assert.match(String(deletePostPage(page, post)), words);
});

test('other features show their parts in the slots of a post', () => {
  const slots = [
    { belowByline: html`<p>one</p>`, belowText: html`<p>two</p>` },
    { actions: html`<a href="/three">three</a>`, after: html`<p>four</p>` },
  ];
  const shown = String(postPage(page, post, { slots }));
  assert.match(
    shown,
    /<p>one<.*class="prose".*<p>two<.*class="actions">\s*<a href="\/three">.*<\/article>.*<p>four</s,
  );
  assert.doesNotMatch(shown, /Edit Post|dialog/);
});
