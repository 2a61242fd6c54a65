import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from './send.ts';

test('a success has a message and may have a page to go to', () => {
  const answer = readAnswer(200, '{"message":"Done","location":"/posts/3"}');
  assert.deepEqual(answer, {
    ok: true,
    status: 200,
    message: 'Done',
    location: '/posts/3',
    errors: {},
    texts: { message: 'Done', location: '/posts/3' },
  });
  assert.equal(readAnswer(200, '{"message":"Done"}').location, undefined);
});

test('a detail that is text is the message', () => {
  const { ok, message } = readAnswer(401, '{"detail":"Incorrect email or password"}');
  assert.deepEqual([ok, message], [false, 'Incorrect email or password']);
});

test('a list of errors is shown by field, the first error of each', () => {
  const detail = [
    { loc: ['body', 'username'], msg: 'first' },
    { loc: ['body', 'email'], msg: 'other' },
    { loc: ['body', 'username'], msg: 'second' },
  ];
  const { message, errors } = readAnswer(422, JSON.stringify({ detail }));
  assert.deepEqual({ ...errors }, { username: 'first', email: 'other' });
  assert.equal(message, '');
});

test('an answer that is not our JSON still gets a message', () => {
  assert.match(readAnswer(413, '<html>nginx</html>').message, /larger than the proxy allows/);
  assert.match(readAnswer(502, '').message, /error 502/);
  assert.match(readAnswer(429, 'null').message, /Too many requests/);
  assert.match(readAnswer(400, '{"detail":[]}').message, /error 400/);
  assert.equal(
    readAnswer(0, '').message,
    'Network error. Please check your connection and try again.',
  );
});
