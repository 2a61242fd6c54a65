import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutToken } from './token-paths.ts';

const LOGGED: [path: string, logged: string][] = [
  ['/owner/abc', '/owner/:token'],
  ['/owner/abc/register', '/owner/:token/register'],
  ['/join/abc', '/join/:token'],
  ['/drafts/shared/abc', '/drafts/shared/:token'],
  ['/feeds/abc/notices/feed.atom', '/feeds/:token/notices/feed.atom'],
  ['/reset-password/abc', '/reset-password/:token'],
  // Other spellings, which lead nowhere or to the same page.
  ['/%6fwner/abc', '/owner/:token'],
  ['/drafts/%73hared/abc', '/drafts/shared/:token'],
  ['//owner//abc', '/owner/:token'],
  ['/Join/abc', '/Join/:token'],
  ['/owner/a%2fbc', '/owner/:token'],
  ['/owner/abc/%0a%22%25', '/owner/:token/%0A%22%25'],
  // Without a token.
  ['/owner', '/owner'],
  ['/reset-password', '/reset-password'],
  ['/posts/1', '/posts/1'],
  ['/posts/%e0%a4%a', '/posts/%e0%a4%a'],
  ['/t%61gs/owner', '/t%61gs/owner'],
];

test('a path is logged without its token, in every spelling', () => {
  for (const [path, logged] of LOGGED) assert.equal(withoutToken(path), logged, path);
});
