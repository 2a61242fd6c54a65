import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from './check.ts';

const free = { required: false, email: false };

test('a required field must be filled in, another may stay empty', () => {
  assert.equal(fault('', { ...free, required: true }), 'Please fill in this field.');
  assert.equal(fault('', free), '');
});

test('lengths count characters, not code units', () => {
  assert.equal(fault('😀'.repeat(7), { ...free, min: 8 }), 'Must be at least 8 characters.');
  assert.equal(fault('😀'.repeat(50), { ...free, max: 50 }), '');
  assert.equal(
    fault('a'.repeat(51), { ...free, max: 50 }),
    'Must be at most 50 characters; this is 51.',
  );
});

test('an e-mail address has a name, an @ and a dotted domain', () => {
  const email = { ...free, email: true };
  for (const good of ['a@b.org', 'first.last+tag@sub.example.co'])
    assert.equal(fault(good, email), '');
  for (const bad of ['marta', 'a@b', '@b.org', 'a b@c.org', 'a@b@c.org']) {
    assert.notEqual(fault(bad, email), '', bad);
  }
});

test('a confirmation repeats the password', () => {
  assert.equal(fault('one', { ...free, same: 'two' }), 'Passwords do not match.');
  assert.equal(fault('one', { ...free, same: 'one' }), '');
  assert.equal(fault('Z\u00fcrich', { ...free, same: 'Zu\u0308rich' }), '');
});
