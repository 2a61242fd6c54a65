import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeBasePath } from './base-path.ts';

const CASES: [given: string, without: string][] = [
  ['/blog/posts/3?x=/blog/y', '/posts/3?x=/blog/y'],
  ['/blog', '/'],
  ['/blog/', '/'],
  ['/blog?done=login', '/?done=login'],
  ['http://example.org/blog/posts', '/posts'],
  ['HTTPS://example.org/blog?x', '/?x'],
  ['/posts/3', '/posts/3'],
  ['/', '/'],
  ['/?next=/blog', '/?next=/blog'],
  ['/blogs', '/blogs'],
  ['/blog-2/posts', '/blog-2/posts'],
  ['/Blog/posts', '/Blog/posts'],
  ['/x/blog/posts', '/x/blog/posts'],
  ['http://example.org/posts', 'http://example.org/posts'],
  ['*', '*'],
  ['', ''],
];

test('only the whole base path is removed, and only from the front', () => {
  for (const [given, without] of CASES) assert.equal(removeBasePath('/blog', given), without);
  assert.equal(removeBasePath('/a/b', '/a/b/posts'), '/posts');
  assert.equal(removeBasePath('/a/b', '/a/posts'), '/a/posts');
});
