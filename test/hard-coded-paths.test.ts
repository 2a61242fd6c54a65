import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
/** Code that makes markup, redirects or requests. */
const FILES = [
  'src/**/*.{api,pages,views}.ts',
  'src/{auth,views,http/pages,http/files,http/docs}/**/*.ts',
  'client/**/*.ts',
].flatMap((pattern) =>
  globSync(pattern, { cwd: root, exclude: (file) => file.endsWith('.test.ts') }),
);

/** A string or an attribute value that begins with a slash. */
const PATH = /(?<=['"`])\/(?:[a-z$][^'"`\s]*|(?=['"`?]))/gi;
/** What may come before it: `href()`, a route, or a parameter that takes a path without the base path. */
const TAKES_PATHS = [
  /\b(?:href|link|current|listPath|icon)\((?:[\w.]+,\s*)?['`]$/,
  /\bapp\.(?:get|post|put|patch|delete)\(\s*['`]$/,
  /\bfor \(const path of \[(?:'\/',\s*)?'$/,
  /\b(?:location|path|url|prefix):\s*['`]$/,
  /\bstartsWith\('$/,
];
/** Paths that are compared, or pass through `href()` later. */
const EXCEPTIONS: Record<string, string[]> = {
  'src/views/layout.ts': [
    '/',
    '/login',
    '/register',
    '/forgot-password',
    '/reset-password',
    '/confirm-email',
    '/search',
  ],
  'src/views/error-page.ts': ['/login', '/waiting', '/'],
  'src/account/email.pages.ts': ['/account', '/login'],
  'src/account/sign-in/sign-in.pages.ts': ['/'],
  'src/http/pages/form.ts': ['/'],
  'src/http/files/static.ts': ['/client/assets/'],
  'src/auth/session-cookie.ts': ['/'],
  'src/auth/viewer.ts': ['/account'],
  'src/admin/reports.views.ts': [
    '/comments/${first.comment_id}/remove',
    '/posts/${post_id}/moderate/delete',
  ],
  'src/reports/reports.pages.ts': ['/posts/${postId}', '/comments/${commentId}'],
  'src/profiles/profiles.views.ts': ['/people'],
  'src/posts/lists.views.ts': ['/users/${author.id}/posts'],
  'src/posts/front/home.views.ts': ['/'],
  'src/drafts/composer.views.ts': ['/drafts/${id}/history', '/posts/${postId}/history'],
  'src/drafts/drafts.views.ts': ['/drafts/${id}/history', '/posts/${postId}/history'],
};

const found = FILES.flatMap((file) => {
  const code = readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return (
    [...code.matchAll(PATH)]
      .filter(({ index }) => !TAKES_PATHS.some((before) => before.test(code.slice(0, index))))
      .map(([path]) => ({ file, path }))
      // The pattern of a route.
      .filter(({ path }) => !path.includes('/:'))
  );
});

test('no view, page or client script names a path without href()', () => {
  const others = found.filter(({ file, path }) => !EXCEPTIONS[file]?.includes(path));
  assert.deepEqual(others, []);
});

test('each exception is still needed', () => {
  for (const [file, paths] of Object.entries(EXCEPTIONS)) {
    for (const path of paths) {
      assert.ok(
        found.some((one) => one.file === file && one.path === path),
        `${file} ${path}`,
      );
    }
  }
});
