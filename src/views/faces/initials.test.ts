import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLOURS, initials, initialsOf } from './initials.ts';

/** Relative luminance as WCAG 2 defines it, for `#rrggbb`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('white letters have enough contrast on every background', () => {
  assert.equal(new Set(COLOURS).size, 12);
  for (const colour of COLOURS) {
    const contrast = 1.05 / (luminance(colour) + 0.05);
    assert.ok(contrast >= 4.5, `${colour} has ${contrast.toFixed(2)}`);
  }
});

test('a colour stays the same when the person is renamed', () => {
  const ground = (id: number, username: string) =>
    /fill="(#\w{6})"/.exec(String(initials({ id, username }, 40, '')))?.[1];
  assert.equal(ground(5, 'Ama'), ground(5, 'Kofi'));
  assert.notEqual(ground(5, 'Ama'), ground(6, 'Ama'));
});

for (const [username, expected] of [
  ['Marta Nowak', 'MN'],
  ['Anna Maria van Dijk', 'AD'],
  ['jun', 'J'],
  ['old_harbour', 'O'],
  ['émile', 'É'],
  ['e\u0301mile', 'E\u0301'],
  ['  spaced  ', 'S'],
  ['(the) Editor', 'TE'],
  ['李 小龙', '李小'],
  ['👩‍🚀', '👩‍🚀'],
  ['ß', 'SS'],
  [' ', ' '],
] as const) {
  test(`the initials of ${JSON.stringify(username)} are ${expected}`, () => {
    assert.equal(initialsOf(username), expected);
  });
}

test('with a label the initials are an image with a name, without one they are decoration', () => {
  const person = { id: 1, username: '<b>' };
  assert.match(String(initials(person, 40, "<b>'s")), /role="img" aria-label="&lt;b&gt;&#39;s"/);
  assert.match(String(initials(person, 40, '')), /aria-hidden="true"/);
});
