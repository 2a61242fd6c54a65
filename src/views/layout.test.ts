import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorPage } from './error-page.ts';
import { html } from './html.ts';
import { layout, type Page } from './layout.ts';

const page: Page = {
  siteName: 'The <Post>',
  title: 'Home',
  viewer: null,
  mayWrite: false,
  path: '/posts/3?a=b&c',
  assets: { css: ['/c.css'], js: ['/m.js'], font: '/f.woff2', theme: '/t.js' },
  basePath: '',
  publicUrl: 'https://blog.example',
  registrationOpen: true,
  mailEnabled: true,
  mediaBase: '/media',
};
const ACTIVE = { role: 'member', state: 'active' } as const;
const ada = { id: 1, username: 'Ada', picture_key: null, ...ACTIVE };
const text = (given: Partial<Page>) => String(layout({ ...page, ...given }, html`<h1>x</h1>`));

test('the title is the site and the page', () => {
  assert.match(text({}), /<title>The &lt;Post&gt; - Home<\/title>/);
});

test('signed out: links to log in, which lead back here, and to register', () => {
  assert.match(text({}), /href="\/login\?next=%2Fposts%2F3%3Fa%3Db%26c"/);
  assert.match(text({}), /href="\/register"/);
  assert.doesNotMatch(text({}), /New Post/);
});

test('after a login on the home page or a sign-in page, one lands on the home page', () => {
  for (const path of ['/', '/?skip=10', '/login?next=/x', '/register', '/reset-password?token=t']) {
    assert.match(text({ path }), /href="\/login"/, path);
  }
});

test('a site with closed registration has no link to register', () => {
  assert.doesNotMatch(text({ registrationOpen: false }), /register/i);
});

test('signed in: a new post and one’s own account', () => {
  const signedIn = text({ viewer: ada, mayWrite: true, path: '/account' });
  assert.match(signedIn, /href="\/posts\/new"/);
  assert.match(signedIn, /<a class="me" href="\/account" aria-current="page"><svg /);
  assert.doesNotMatch(signedIn, /href="\/(?:login|register)/);
  assert.doesNotMatch(text({ viewer: ada }), /posts\/new/);
});

test('success is announced as a status, failure as an alert', () => {
  assert.match(text({ status: 'Done & dusted' }), /role="status" id="status">Done &amp; dusted</);
  assert.match(text({}), /role="status" id="status"><\/div>/);
  assert.match(text({ error: 'Broken' }), /role="alert">Broken</);
  assert.doesNotMatch(text({}), /role="alert"/);
});

test('an error page says what happened and links onwards', () => {
  const error = (status: number) =>
    String(errorPage({ ...page, title: String(status) }, status, 'User not found'));
  assert.match(error(404), /<h1>Oops\.\.\. 404 Error<\/h1>\s*<p class="lead">User not found<\/p>/);
  assert.match(error(404), /href="\/">Go to the home page/);
  assert.match(error(401), /href="\/login">Login/);
});
