import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBasePath } from './stored-markup.ts';

const CASES: [stored: string, sent: string][] = [
  ['<a href="/posts/3">x</a>', '<a href="/b.log/posts/3">x</a>'],
  ['<img src="/media/a.webp">', '<img src="/b.log/media/a.webp">'],
  ['<a href="/">x</a>', '<a href="/b.log/">x</a>'],
  ['<a href="/b.log/posts/3">x</a>', '<a href="/b.log/posts/3">x</a>'],
  ['<a href="/b.log">x</a>', '<a href="/b.log">x</a>'],
  ['<a href="/b.log?x">x</a>', '<a href="/b.log?x">x</a>'],
  ['<a href="/b.logs">x</a>', '<a href="/b.log/b.logs">x</a>'],
  ['<a href="/bxlog/3">x</a>', '<a href="/b.log/bxlog/3">x</a>'],
  ['<a href="https://example.org/x">/x</a>', '<a href="https://example.org/x">/x</a>'],
];

test('addresses of the blog in stored markup get the path in front, once', () => {
  for (const [stored, sent] of CASES) {
    assert.equal(withBasePath({ basePath: '/b.log' }, stored), sent);
    assert.equal(withBasePath({ basePath: '' }, stored), stored);
  }
});
