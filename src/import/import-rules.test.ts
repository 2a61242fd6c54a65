import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDate } from './import-rules.ts';

const NOON = Date.UTC(2026, 2, 7, 12) * 1000;

const cases: [string, number | undefined][] = [
  ['2026-03-07 12:00:00', NOON],
  ['2026-03-07 12:00:00.123456', NOON + 123_456],
  ['2026-03-07T12:00:00.5', NOON + 500_000],
  ['2026-03-07 14:30:00+02:30', NOON],
  ['2026-03-07 10:00:00-02', NOON],
  ['2026-03-07 12:00Z', NOON],
  ['1969-12-31 23:59:59.999999', -1],
  ['2026-02-30 12:00:00', undefined],
  ['2026-13-01 12:00:00', undefined],
  ['2026-03-07 25:00:00', undefined],
  ['9999-12-31 00:00:00', undefined],
  ['yesterday', undefined],
  ['', undefined],
];
for (const [text, expected] of cases) {
  test(`the date ${JSON.stringify(text)} of a database`, () => {
    assert.equal(parseDate(text), expected);
  });
}
