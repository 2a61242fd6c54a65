import { describe, test } from 'node:test';
import { assertUnauthorized } from '../../support/client.ts';
import type { Sent } from '../../support/client.ts';
import {
  assertInvalid,
  badEmail,
  missing,
  notAnInteger,
  notAnObject,
  notUnicode,
  stringType,
  tooLong,
  tooShort,
} from '../../support/field-errors.ts';
import type { Entry } from '../../support/field-errors.ts';
import { openBlog } from '../../support/blog.ts';

const { client } = await openBlog();
const ann = await client.person();
const bob = await client.person();

const NAME = ['body', 'username'];
const EMAIL = ['body', 'email'];
const TITLE = ['body', 'title'];
const CONTENT = ['body', 'content'];

describe('other bodies', () => {
  // Ann does not exist yet when the table is made.
  const json = (value: unknown): Sent => ({ token: 'ANN', json: value });
  const cases: [string, string, Sent, Entry[]][] = [
    [
      'PATCH',
      '/api/users/ME',
      json({ username: '', email: 5 }),
      [tooShort(NAME, 1, ''), stringType(EMAIL, 5)],
    ],
    [
      'PATCH',
      '/api/users/ME',
      json({ username: 'a'.repeat(51) }),
      [tooLong(NAME, 50, 'a'.repeat(51))],
    ],
    ['PATCH', '/api/users/ME', json([]), [notAnObject([])]],
    ['PATCH', '/api/users/ME', { token: 'ANN' }, [missing(['body'])]],
    [
      'PATCH',
      '/api/users/me/password',
      json({}),
      [missing(['body', 'current_password'], {}), missing(['body', 'new_password'], {})],
    ],
    [
      'PATCH',
      '/api/users/me/password',
      json({ current_password: 5, new_password: 'short' }),
      [stringType(['body', 'current_password'], 5), tooShort(['body', 'new_password'], 8, 'short')],
    ],
    ['POST', '/api/users/forgot-password', { json: {} }, [missing(EMAIL, {})]],
    ['POST', '/api/users/forgot-password', { json: { email: 'no' } }, [badEmail(EMAIL, 'no')]],
    ['POST', '/api/users/forgot-password', { json: { email: null } }, [stringType(EMAIL, null)]],
    [
      'POST',
      '/api/users/reset-password',
      { json: { x: 1 } },
      [missing(['body', 'token'], { x: 1 }), missing(['body', 'new_password'], { x: 1 })],
    ],
    [
      'POST',
      '/api/users/reset-password',
      { json: { token: 1, new_password: 'short' } },
      [stringType(['body', 'token'], 1), tooShort(['body', 'new_password'], 8, 'short')],
    ],
    ['POST', '/api/posts', json({}), [missing(TITLE, {}), missing(CONTENT, {})]],
    [
      'POST',
      '/api/posts',
      json({ content: '', title: '' }),
      [tooShort(TITLE, 1, ''), tooShort(CONTENT, 1, '')],
    ],
    [
      'POST',
      '/api/posts',
      json({ title: '🙂'.repeat(101), content: 0 }),
      [tooLong(TITLE, 100, '🙂'.repeat(101)), stringType(CONTENT, 0)],
    ],
    [
      'POST',
      '/api/posts',
      json({ title: null, content: 'a\0' }),
      [stringType(TITLE, null), notUnicode(CONTENT, 'a\0')],
    ],
    ['PUT', '/api/posts/999999', json({ title: 'only' }), [missing(CONTENT, { title: 'only' })]],
    [
      'PATCH',
      '/api/posts/999999',
      json({ title: '', content: false }),
      [tooShort(TITLE, 1, ''), stringType(CONTENT, false)],
    ],
    [
      'PATCH',
      '/api/posts/abc',
      json({ title: '' }),
      [notAnInteger(['path', 'post_id'], 'abc'), tooShort(TITLE, 1, '')],
    ],
    [
      'PUT',
      '/api/posts/1.0',
      { token: 'ANN' },
      [notAnInteger(['path', 'post_id'], '1.0'), missing(['body'])],
    ],
    [
      'PATCH',
      '/api/users/me',
      json({ username: '' }),
      [notAnInteger(['path', 'user_id'], 'me'), tooShort(NAME, 1, '')],
    ],
    ['DELETE', '/api/users/abc', { token: 'ANN' }, [notAnInteger(['path', 'user_id'], 'abc')]],
    ['DELETE', '/api/posts/abc', { token: 'ANN' }, [notAnInteger(['path', 'post_id'], 'abc')]],
    [
      'DELETE',
      '/api/users/abc/picture',
      { token: 'ANN' },
      [notAnInteger(['path', 'user_id'], 'abc')],
    ],
    [
      'PATCH',
      '/api/users/abc/picture',
      { token: 'ANN' },
      [notAnInteger(['path', 'user_id'], 'abc')],
    ],
  ];
  cases.forEach(([method, where, sent, expected], n) => {
    test(`${n}: ${method} ${where}`, async () => {
      const path = where.replace('ME', String(ann.id));
      const token = sent.token === undefined ? {} : { token: ann.token };
      assertInvalid(await client.api(method, path, { ...sent, ...token }), expected);
    });
  });

  test('a 422 comes before the check of ownership', async () => {
    const sent = { token: bob.token, json: { username: '' } };
    const answer = await client.api('PATCH', `/api/users/${ann.id}`, sent);
    assertInvalid(answer, [tooShort(NAME, 1, '')]);
    const post = await client.post(ann.token);
    const edit = await client.api('PATCH', `/api/posts/${post.id}`, {
      ...sent,
      json: { title: '' },
    });
    assertInvalid(edit, [tooShort(TITLE, 1, '')]);
  });

  test('without authentication, only the 401 is answered', async () => {
    for (const [method, where] of [
      ['PATCH', '/api/users/abc'],
      ['DELETE', '/api/users/abc'],
      ['PATCH', '/api/users/abc/picture'],
      ['DELETE', '/api/users/abc/picture'],
      ['POST', '/api/posts'],
      ['PUT', '/api/posts/abc'],
      ['PATCH', '/api/posts/abc'],
      ['DELETE', '/api/posts/abc'],
    ] as const) {
      assertUnauthorized(await client.api(method, where, { json: {} }), 'Not authenticated');
    }
  });
});

describe('the login form', () => {
  const username = missing(['body', 'username']);
  const password = missing(['body', 'password']);
  const pattern: Entry = {
    type: 'string_pattern_mismatch',
    loc: ['body', 'grant_type'],
    msg: "String should match pattern '^password$'",
    input: 'code',
    ctx: { pattern: '^password$' },
  };
  const text = { 'content-type': 'text/plain' };
  const cases: [string, Sent, Entry[]][] = [
    ['no body', {}, [username, password]],
    ['an empty form', { form: {} }, [username, password]],
    ['JSON', { json: { username: 'a@b.com', password: 'x' } }, [username, password]],
    ['a text', { headers: text, body: 'username=a&password=b' }, [username, password]],
    ['one field', { form: { username: 'a@b.com' } }, [password]],
    ['an empty value', { form: { username: '', password: 'x' } }, [username]],
    ['both empty', { form: { username: '', password: '' } }, [username, password]],
    ['another grant', { form: { username: 'a', password: 'b', grant_type: 'code' } }, [pattern]],
    ['all at once', { form: { grant_type: 'code' } }, [pattern, username, password]],
  ];
  for (const [what, sent, expected] of cases) {
    test(what, async () => {
      assertInvalid(await client.api('POST', '/api/users/token', sent), expected);
    });
  }
});
