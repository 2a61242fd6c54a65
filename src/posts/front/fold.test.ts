import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldRuns } from './fold.ts';

/** The parts of a list of authors: `1 1 (1 1)` for two posts and two titles. */
function fold(authors: string, apart?: number): string {
  const posts = authors.split(' ').map((author) => ({ user_id: Number(author) }));
  return foldRuns(posts, apart)
    .map((part) =>
      'post' in part
        ? part.post.user_id
        : `(${part.titles.map(({ user_id }) => user_id).join(' ')})`,
    )
    .join(' ');
}

test('from the third in a row by one person on, posts are titles', () => {
  assert.equal(fold('1 1 1 1 1'), '1 1 (1 1 1)');
  assert.equal(fold('1 1 2 1 1'), '1 1 2 1 1');
  assert.equal(fold('2 1 1 1 2 2 2'), '2 1 1 (1) 2 2 (2)');
  assert.deepEqual(foldRuns([]), []);
});

test('titles on both sides of a line are two lists', () => {
  assert.equal(fold('1 1 1 1 1', 3), '1 1 (1) (1 1)');
  assert.equal(fold('1 1 1 1 1', 2), '1 1 (1 1 1)');
  assert.equal(fold('1 1 1 2 1', 3), '1 1 (1) 2 1');
});
