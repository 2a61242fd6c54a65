import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpError, TooManyRequests } from '../../errors.ts';
import { messageForPeople } from './refusal.ts';

for (const [seconds, words] of [
  [0, '1 second'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [61, '2 minutes'],
  [3541, '1 hour'],
  [7201, '3 hours'],
] as const) {
  test(`a limit that ends in ${seconds} s says to wait ${words}`, () => {
    const message = messageForPeople(new TooManyRequests(seconds));
    assert.equal(message, `Too many requests. Try again in ${words}.`);
  });
}

test('any other error says what the API says', () => {
  assert.equal(messageForPeople(new HttpError(404, 'Post not found')), 'Post not found');
});
