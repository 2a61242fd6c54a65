import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greetingFor } from './greeting.ts';

const greet = (username: string, email_confirmed_at: number | null = null) =>
  greetingFor({ username, email_confirmed_at });

for (const name of [
  'lois',
  'Lois Lane',
  'lois_lane-2',
  'Loïs',
  'Loi\u0308s',
  'हिन्दी',
  '李雷',
  '٤٢',
]) {
  test(`an address that was never confirmed is greeted as ${name}`, () =>
    assert.equal(greet(name), `Hi ${name},`));
}

for (const name of [
  'You won! http://prize.example/x',
  'prize.example',
  'www.prize.example',
  'prize@example.com',
  'prize。example',
  'example/x',
  'call +1 555 0100',
  'a\nb',
  '<b>',
  '🎁',
  '\u202egnp.exe',
  '½',
]) {
  test(`an address that was never confirmed is not greeted as ${JSON.stringify(name)}`, () =>
    assert.equal(greet(name), 'Hi there,'));
}

test('after a mailed link was used, any name is used in the greeting', () => {
  assert.equal(greet('prize.example', 1), 'Hi prize.example,');
});
