import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, listed, page, post } from '../../test/support/browser/shown-post.ts';
import type { Page } from '../views/layout.ts';
import { homePage } from './front/home.views.ts';
import { personPage, type PostList } from './lists.views.ts';
import { postPage } from './post-page.views.ts';

const list = (given: Partial<PostList>): PostList => ({
  posts: [listed],
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
  assert.match(home, /<\/time> · <span class="minutes">1 min<\/span>/);
  assert.match(home, /<p class="teaser" dir="auto">one\ntwo\nthree<\/p>/);
  assert.doesNotMatch(home, /Continue/);
});

test('the front page leads with the newest post, and no other page does', () => {
  const two = { posts: [listed, { ...listed, id: 11 }], total: 4 };
  const leads = (page: unknown) =>
    [...String(page).matchAll(/class="post front" data-post="(\d+)"/g)].map(([, id]) => id);
  assert.deepEqual(leads(homePage(page, list(two))), ['12']);
  assert.deepEqual(leads(homePage(page, list({ ...two, skip: 2 }))), []);
  assert.deepEqual(leads(personPage(page, { ...ada, created_at: 0, postCount: 4 }, list(two))), []);
});

test('a post with more than its first lines has a link to the rest', () => {
  const long = { ...listed, teaser: 'The beginning…', cut: true };
  const home = String(homePage(page, list({ posts: [long] })));
  assert.match(
    home,
    /The beginning… <a class="more" href="\/posts\/12-b-title-b" aria-label="Continue reading [^"]*">Continue<\/a><\/p>/,
  );
  const silent = { ...listed, teaser: '', cut: false };
  assert.doesNotMatch(String(homePage(page, list({ posts: [silent] }))), /teaser/);
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
  const changed = { edited_at: Date.UTC(2026, 2, 9) * 1000 };
  for (const shown of [
    postPage(page, { ...post, ...changed }),
    homePage(page, list({ posts: [{ ...listed, ...changed }] })),
  ]) {
    assert.match(
      String(shown),
      /March 7, 2026<\/time>.*<p class="edited meta">edited <time [^>]*>March 9, 2026</s,
    );
  }
  assert.doesNotMatch(String(postPage(page, post)), /edited/);
});
