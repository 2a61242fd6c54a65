import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  assertInvalid,
  badEmail,
  missing,
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

const NAME = ['body', 'username'];
const EMAIL = ['body', 'email'];
const PASSWORD = ['body', 'password'];

describe('UserCreate', () => {
  const fine = { username: 'fine', email: 'fine@example.com', password: 'long enough' };
  const longEmail = `${'a'.repeat(109)}@example.com`;
  const cases: [string, unknown, Entry[]][] = [
    ['nothing', {}, [missing(NAME, {}), missing(EMAIL, {}), missing(PASSWORD, {})]],
    [
      'one of three',
      { email: 'a@b.com', x: 1 },
      [missing(NAME, { email: 'a@b.com', x: 1 }), missing(PASSWORD, { email: 'a@b.com', x: 1 })],
    ],
    [
      'wrong types',
      { username: 5, email: null, password: ['x'] },
      [stringType(NAME, 5), stringType(EMAIL, null), stringType(PASSWORD, ['x'])],
    ],
    [
      'other wrong types',
      { username: true, email: {}, password: 1.5 },
      [stringType(NAME, true), stringType(EMAIL, {}), stringType(PASSWORD, 1.5)],
    ],
    [
      'too little',
      { password: 'seven77', email: 'no', username: '' },
      [tooShort(NAME, 1, ''), badEmail(EMAIL, 'no'), tooShort(PASSWORD, 8, 'seven77')],
    ],
    [
      'too much',
      { username: 'a'.repeat(51), email: longEmail, password: '' },
      [
        tooLong(NAME, 50, 'a'.repeat(51)),
        tooLong(EMAIL, 120, longEmail),
        tooShort(PASSWORD, 8, ''),
      ],
    ],
    [
      'code points, not units',
      { ...fine, username: '🙂'.repeat(51), password: '🙂'.repeat(7) },
      [tooLong(NAME, 50, '🙂'.repeat(51)), tooShort(PASSWORD, 8, '🙂'.repeat(7))],
    ],
    [
      'NUL',
      { ...fine, username: 'a\0b', password: 'long\0enough' },
      [notUnicode(NAME, 'a\0b'), notUnicode(PASSWORD, 'long\0enough')],
    ],
    [
      'too long and bad e-mail',
      { ...fine, email: 'no address '.repeat(20) },
      [tooLong(EMAIL, 120, 'no address '.repeat(20))],
    ],
    ['a list', [fine], [notAnObject([fine])]],
    ['a text', 'fine', [notAnObject('fine')]],
    ['a number', 5, [notAnObject(5)]],
    ['a boolean', false, [notAnObject(false)]],
  ];
  for (const [what, json, expected] of cases) {
    test(what, async () => {
      assertInvalid(await client.api('POST', '/api/users', { json }), expected);
    });
  }

  test('no body at all', async () => {
    const answer = await client.api('POST', '/api/users');
    assertInvalid(answer, [missing(['body'])]);
    const headers = { 'content-type': 'application/json' };
    assertInvalid(await client.api('POST', '/api/users', { headers }), [missing(['body'])]);
  });

  test('a key that only the prototype has is missing', async () => {
    const body = '{"__proto__":{"username":"x","email":"x@example.com","password":"long enough"}}';
    const answer = await client.api('POST', '/api/users', { body });
    assert.equal(answer.status, 422);
    const { detail } = answer.body as { detail: Entry[] };
    assert.deepEqual(
      detail.map(({ type, loc }) => [type, ...loc]),
      [NAME, EMAIL, PASSWORD].map((loc) => ['missing', ...loc]),
    );
  });

  test('lone surrogates', async () => {
    for (const escape of ['\\ud800', '\\udc00 ', '\\udc00\\ud800']) {
      const body = `{"username":"a${escape}","email":"a${escape}@example.com","password":"long enough"}`;
      const answer = await client.api('POST', '/api/users', { body });
      assert.equal(answer.status, 422, answer.text);
      const { detail } = answer.body as { detail: Entry[] };
      assert.deepEqual(
        detail.map(({ type, loc, msg }) => ({ type, loc, msg })),
        [NAME, EMAIL].map((loc) => {
          const { type, msg } = notUnicode(loc, '');
          return { type, loc, msg };
        }),
      );
    }
  });
});

describe('e-mail addresses', () => {
  const refused = [
    '',
    'plain',
    '@example.com',
    'a@',
    'a@@example.com',
    'a@b@example.com',
    'a@example',
    'a@.com',
    'a@example.com.',
    'a@example..com',
    'a@-example.com',
    'a@example-.com',
    'a@exam_ple.com',
    'a@exam ple.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a b@example.com',
    ' a@example.com',
    'a@example.com ',
    'a@example.com\n',
    '"a"@example.com',
    '"a b"@example.com',
    'Ann <a@example.com>',
    '<a@example.com>',
    ...Array.from('()<>[]:;,\\"\t\u007f\u00a0', (character) => `a${character}b@example.com`),
    'a@[127.0.0.1]',
    'a@[IPv6:::1]',
    'a@localhost',
    'a@sub.localhost',
    'a@printer.local',
    'a@example.test',
    'a@example.TEST',
    'a@example.invalid',
    `${'a'.repeat(65)}@example.com`,
  ];
  for (const email of refused) {
    test(`refused: ${JSON.stringify(email)}`, async () => {
      const json = { username: 'refused', email, password: 'long enough' };
      assertInvalid(await client.api('POST', '/api/users', { json }), [badEmail(EMAIL, email)]);
      const update = { token: ann.token, json: { email } };
      const answer = await client.api('PATCH', `/api/users/${ann.id}`, update);
      assertInvalid(answer, [badEmail(EMAIL, email)]);
    });
  }

  test('accepted: a dot-atom before a dotted domain', async () => {
    const taken = [
      "o'neil+tag=1@sub.example.co.uk",
      '!#$%&*/?^_`{|}~-@example.com',
      'a.b.c@1and1.com',
      `${'a'.repeat(64)}@${'b'.repeat(50)}.org`,
    ];
    for (const email of taken) {
      const update = { token: ann.token, json: { email } };
      const answer = await client.api('PATCH', `/api/users/${ann.id}`, update);
      assert.deepEqual([answer.status, answer.body['email']], [200, email], answer.text);
    }
  });
});
