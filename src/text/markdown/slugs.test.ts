import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugOf } from './slugs.ts';

for (const [text, slug] of [
  ['Soup rota', 'soup-rota'],
  ['  "Soup" -- rota!? ', 'soup-rota'],
  ['C++', 'c'],
  ['Żółć & Straße №5', 'żółć-straße-no5'],
  ['ＦＵＬＬ　ｗｉｄｔｈ', 'full-width'],
  ['今日のスープ', '今日のスープ'],
  ['हिन्दी में', 'हिन्दी-में'],
  ['👍🏽 \u{202E}', ''],
  ['../etc/passwd?a=b#c', 'etc-passwd-a-b-c'],
  ['x'.repeat(100), 'x'.repeat(60)],
  // Neither ends with a hyphen nor within a character.
  [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ['नि'.repeat(100), 'नि'.repeat(60)],
] as const) {
  test(`the slug of ${JSON.stringify(text)}`, () => assert.equal(slugOf(text), slug));
}
