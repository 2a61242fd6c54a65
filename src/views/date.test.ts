import assert from 'node:assert/strict';
import { test } from 'node:test';
import { date, dateAndTime } from './date.ts';

// The last microsecond of a day in UTC: already the next day in some zones.
const late = Date.UTC(2026, 2, 7, 23, 59, 59, 999) * 1000 + 999;

test('a date is the day in UTC, with the exact time in its datetime attribute', () => {
  assert.equal(
    String(date(late)),
    '<time datetime="2026-03-07T23:59:59.999Z">March 7, 2026</time>',
  );
});

test('a time names its zone', () => {
  assert.match(String(dateAndTime(late)), />March 7, 2026 at 23:59 UTC</);
});
