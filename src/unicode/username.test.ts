import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usernameProblem } from './username.ts';

const NOTHING = 'A name needs a visible character.';
const SPACE = 'A name must not begin or end with a space.';

const problems: [string, string | null][] = [
  ['vera', null],
  ['Vera  K.', null],
  ['❤️', null],
  ['\u200bvera\u2060', null],
  ['نامه\u200cای', null],
  [' ', NOTHING],
  ['\u00a0\u3000', NOTHING],
  ['\u200b\u200b\u2060', NOTHING],
  ['\u2800', NOTHING],
  ['\n', NOTHING],
  [' vera', SPACE],
  ['vera ', SPACE],
  ['vera\u00a0', SPACE],
  ['vera\n', SPACE],
  ['\u200b vera', SPACE],
  ['vera\u2003\u2060', SPACE],
];
for (const [name, problem] of problems) {
  test(`${JSON.stringify(name)}: ${problem ?? 'a name'}`, () =>
    assert.equal(usernameProblem(name), problem));
}
