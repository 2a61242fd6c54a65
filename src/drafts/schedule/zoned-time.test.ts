import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isZone, momentOf, shownIn } from './zoned-time.ts';

const at = (text: string) => Date.parse(text) * 1000;

for (const [zone, date, time, expected, shift] of [
  ['UTC', '2027-01-01', '00:00', '2027-01-01T00:00:00Z', null],
  ['Europe/Zurich', '2027-01-15', '09:30', '2027-01-15T08:30:00Z', null],
  ['Europe/Zurich', '2027-07-15', '09:30', '2027-07-15T07:30:00Z', null],
  // The clocks go from 2:00 to 3:00.
  ['Europe/Zurich', '2027-03-28', '02:30', '2027-03-28T01:30:00Z', 'skipped'],
  ['Europe/Zurich', '2027-03-28', '01:59', '2027-03-28T00:59:00Z', null],
  ['Europe/Zurich', '2027-03-28', '03:00', '2027-03-28T01:00:00Z', null],
  // They go from 3:00 back to 2:00.
  ['Europe/Zurich', '2027-10-31', '02:30', '2027-10-31T00:30:00Z', 'twice'],
  ['Asia/Kathmandu', '2027-05-01', '12:00', '2027-05-01T06:15:00Z', null],
  ['Pacific/Auckland', '2027-12-31', '23:59', '2027-12-31T10:59:00Z', null],
] as const) {
  test(`${date} ${time} in ${zone}`, () => {
    assert.deepEqual(momentOf({ zone, date, time }), { at: at(expected), shift });
    if (shift === null) assert.deepEqual(shownIn(zone, at(expected)), { date, time });
  });
}

test('a date, time or zone that is not valid is refused', () => {
  const good = { zone: 'UTC', date: '2027-01-01', time: '10:00' };
  for (const wrong of [
    { date: '2027-02-30' },
    { date: '' },
    { date: 'tomorrow' },
    { time: '25:00' },
    { time: '' },
    { zone: 'Europe/Nowhere' },
    { zone: '' },
  ]) {
    assert.throws(() => momentOf({ ...good, ...wrong }), RangeError, JSON.stringify(wrong));
  }
  assert.deepEqual(['UTC', 'Europe/Zurich', 'x', ''].map(isZone), [true, true, false, false]);
});
