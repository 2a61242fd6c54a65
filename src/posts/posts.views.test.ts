import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../views/layout.ts';
import { deletePostPage } from './delete-post.views.ts';
import { render } from '../text/render.ts';
import type { ShownPost } from './post.ts';
import { homePage, personPage, postPage, type PostList } from './posts.views.ts';

const page: Page = {
  siteName: 'Site',
  title: 'Home',
  viewer: null,
  mayWrite: false,
  path: '/',
  assets: { css: [], js: [], font: '/f', theme: '/t' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: true,
  mediaBase: '/media',
};
const post: ShownPost = {
  id: 12,
  title: '<b>Title</b>',
  content: 'one\ntwo\n\nthree',
  date_posted: Date.UTC(2026, 2, 7) * 1000,
  user_id: 3,
  username: 'Ada & Co',
  picture_key: null,
  format: 'text',
  audience: 'blog',
  state: 'published',
  version: 1,
  edited_at: null,
  shown: render('one\ntwo\n\nthree', 'text'),
};
const ACTIVE = { role: 'member', state: 'active' } as const;
const ada = { id: 3, username: 'Ada & Co', picture_key: null, ...ACTIVE };
const list = (given: Partial<PostList>): PostList => ({
  posts: [post],
  total: 1,
  skip: 0,
  limit: 10,
  next: undefined,
  ...given,
});

test('a post on the home page links to its author and itself and shows its date', () => {
  const home = String(homePage(page, list({})));
  assert.match(
    home,
    /<h2 [^>]*><a href="\/posts\/12-b-title-b">&lt;b&gt;Title&lt;\/b&gt;<\/a><\/h2>/,
  );
  assert.match(home, /href="\/users\/3\/posts">.*<bdi>Ada &amp; Co<\/bdi>/);
  assert.match(home, /<time datetime="2026-03-07T00:00:00.000Z">March 7, 2026<\/time>/);
  assert.match(
    home,
    /<p class="typed" dir="auto">one\ntwo<\/p>\n<p class="typed" dir="auto">three<\/p>/,
  );
  assert.doesNotMatch(home, /Continue/);
});

test('the front page leads with the newest post, and no other page does', () => {
  const two = { posts: [post, { ...post, id: 11 }], total: 4 };
  const leads = (page: unknown) =>
    [...String(page).matchAll(/class="post front" data-post="(\d+)"/g)].map(([, id]) => id);
  assert.deepEqual(leads(homePage(page, list(two))), ['12']);
  assert.deepEqual(leads(homePage(page, list({ ...two, skip: 2 }))), []);
  assert.deepEqual(leads(personPage(page, { ...ada, created_at: 0, postCount: 4 }, list(two))), []);
});

test('a long post is cut with a link to the rest', () => {
  const long = { ...post, shown: render('x'.repeat(601), 'text') };
  const home = String(homePage(page, list({ posts: [long] })));
  assert.match(
    home,
    /x{599}…<\/p>.*href="\/posts\/12-b-title-b" aria-label="Continue reading [^"]*">Continue/s,
  );
  assert.match(String(postPage(page, long)), /x{601}<\/p>/);
});

test('the link to more posts is shown only if there are more', () => {
  const more = String(homePage(page, list({ total: 30, skip: 10, next: 'skip=11&limit=10' })));
  assert.match(more, /href="\/\?skip=11&amp;limit=10" rel="next" data-load-more>Load More Posts</);
  assert.match(more, /href="\/" rel="prev">Newer Posts</);
  assert.doesNotMatch(String(homePage(page, list({}))), /Load More|Newer/);
  const third = String(homePage(page, list({ total: 30, skip: 20 })));
  assert.match(third, /href="\/\?skip=10&amp;limit=10" rel="prev"/);
  assert.doesNotMatch(third, /Load More/);
});

test('a person’s pages link to each other', () => {
  const author = { ...ada, created_at: 0, postCount: 30 };
  const person = String(personPage(page, author, list({ total: 30, next: 'skip=1&limit=10' })));
  assert.match(person, /href="\/users\/3\/posts\?skip=1&amp;limit=10" rel="next"/);
  assert.match(person, /30 posts, here since <time [^>]*>January 1, 1970</);
});

test('a person’s posts show their date, and do not repeat the author', () => {
  const person = String(personPage(page, { ...ada, created_at: 0, postCount: 1 }, list({})));
  assert.match(person, /<p class="dateline meta"><time [^>]*>March 7, 2026</);
  assert.equal(person.split('data-face="3"').length - 1, 1);
  assert.equal(person.match(/<bdi>/g)?.length, 1);
});

test('a post ends with a link to its author’s other posts', () => {
  const text = String(postPage(page, post));
  assert.match(text, /three<\/p>.*href="\/users\/3\/posts">All posts by <bdi>Ada &amp; Co<\/bdi>/s);
});

test('a person without posts has a page that says so', () => {
  const author = { ...ada, created_at: 0, postCount: 0 };
  const person = String(personPage(page, author, list({ posts: [], total: 0 })));
  assert.match(person, /No posts by this user yet\./);
});

test('an empty blog invites people to write', () => {
  const empty = (given: Partial<Page>) =>
    String(homePage({ ...page, ...given }, list({ posts: [], total: 0 })));
  assert.match(empty({ viewer: ada, mayWrite: true }), /href="\/posts\/new">Write the first post/);
  assert.match(empty({}), /href="\/register">Register to write/);
  assert.match(empty({ registrationOpen: false }), /href="\/login">Login to write/);
});

test('a post that was changed says when', () => {
  const changed = { ...post, edited_at: Date.UTC(2026, 2, 9) * 1000 };
  for (const shown of [postPage(page, changed), homePage(page, list({ posts: [changed] }))]) {
    assert.match(
      String(shown),
      /March 7, 2026<\/time>.*<p class="edited meta">edited <time [^>]*>March 9, 2026</s,
    );
  }
  assert.doesNotMatch(String(postPage(page, post)), /edited/);
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
