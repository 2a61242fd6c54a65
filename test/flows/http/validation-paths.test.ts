import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertError } from '../../support/client.ts';
import { assertInvalid, notAnInteger, tooBig, tooSmall } from '../../support/field-errors.ts';
import type { Entry } from '../../support/field-errors.ts';
import { openBlog } from '../../support/blog.ts';

const { client } = await openBlog();
const ann = await client.person();

describe('path and query', () => {
  const USER = ['path', 'user_id'];
  const SKIP = ['query', 'skip'];
  const LIMIT = ['query', 'limit'];
  const cases: [string, Entry[]][] = [
    ['/api/posts/abc', [notAnInteger(['path', 'post_id'], 'abc')]],
    ['/api/users/token', [notAnInteger(USER, 'token')]],
    ['/api/users/1.0', [notAnInteger(USER, '1.0')]],
    ['/api/users/1e0', [notAnInteger(USER, '1e0')]],
    ['/api/users/0x1', [notAnInteger(USER, '0x1')]],
    ['/api/users/1_0', [notAnInteger(USER, '1_0')]],
    ['/api/users/%201', [notAnInteger(USER, ' 1')]],
    ['/api/users/1%20', [notAnInteger(USER, '1 ')]],
    ['/api/users/--1', [notAnInteger(USER, '--1')]],
    ['/api/users/+', [notAnInteger(USER, '+')]],
    ['/api/users/%D9%A3', [notAnInteger(USER, '٣')]],
    ['/api/users/Infinity', [notAnInteger(USER, 'Infinity')]],
    ['/api/users/a%2Fb', [notAnInteger(USER, 'a/b')]],
    [
      '/api/users/abc/posts?skip=-1&limit=0',
      [notAnInteger(USER, 'abc'), tooSmall(SKIP, 0, '-1'), tooSmall(LIMIT, 1, '0')],
    ],
    ['/api/posts?limit=101', [tooBig(LIMIT, 100, '101')]],
    ['/api/posts?limit=-5&skip=x', [notAnInteger(SKIP, 'x'), tooSmall(LIMIT, 1, '-5')]],
    ['/api/posts?limit=', [notAnInteger(LIMIT, '')]],
    ['/api/posts?limit=1.5', [notAnInteger(LIMIT, '1.5')]],
    ['/api/posts?skip=1e3', [notAnInteger(SKIP, '1e3')]],
    ['/api/posts?skip=%00', [notAnInteger(SKIP, '\0')]],
    ['/api/posts?skip=null', [notAnInteger(SKIP, 'null')]],
    [`/api/posts?limit=${'9'.repeat(40)}`, [tooBig(LIMIT, 100, '9'.repeat(40))]],
    [
      '/api/posts?skip=9007199254740992',
      [tooBig(SKIP, Number.MAX_SAFE_INTEGER, '9007199254740992')],
    ],
    [
      `/api/posts?skip=${'9'.repeat(400)}`,
      [tooBig(SKIP, Number.MAX_SAFE_INTEGER, '9'.repeat(400))],
    ],
    [`/api/posts?skip=-${'9'.repeat(400)}`, [tooSmall(SKIP, 0, `-${'9'.repeat(400)}`)]],
  ];
  for (const [where, expected] of cases) {
    test(where.slice(0, 60), async () => {
      assertInvalid(await client.api('GET', where), expected);
    });
  }

  test('an integer outside the ids is a 404', async () => {
    const ids = ['0', '-1', '-0', '%2B0', '9007199254740992', '9'.repeat(40), `-${'9'.repeat(40)}`];
    for (const id of ids) {
      assertError(await client.api('GET', `/api/users/${id}`), 404, 'User not found');
      assertError(await client.api('GET', `/api/users/${id}/posts`), 404, 'User not found');
      assertError(await client.api('GET', `/api/posts/${id}`), 404, 'Post not found');
      const removal = await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
      assertError(removal, 404, 'Post not found');
    }
  });

  test('a sign and leading zeros are accepted', async () => {
    for (const id of [`+${ann.id}`, `%2B${ann.id}`, `000${ann.id}`, `%3${ann.id}`]) {
      const answer = await client.api('GET', `/api/users/${id}`);
      assert.deepEqual([answer.status, answer.body['id']], [200, ann.id], id);
    }
  });
});
