import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceOf } from './device.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

for (const [userAgent, device] of [
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0 Safari/537.36`, 'Chrome on Windows'],
  [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0 Safari/537.36 Edg/140`, 'Edge on Windows'],
  [`Mozilla/5.0 (Linux; Android 16) ${WEBKIT} Chrome/140 Safari/537.36`, 'Chrome on Android'],
  [`Mozilla/5.0 (iPhone; CPU OS 19_0 like Mac OS X) ${WEBKIT} Safari/604.1`, 'Safari on iPhone'],
  [
    `Mozilla/5.0 (iPhone; CPU OS 19_0 like Mac OS X) ${WEBKIT} CriOS/140 Safari/1`,
    'Chrome on iPhone',
  ],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) ${WEBKIT} Safari/605.1`, 'Safari on macOS'],
  ['curl/8.0', 'Unknown browser'],
  ['', 'Unknown browser'],
] as const) {
  test(`${userAgent || 'an empty User-Agent'} is ${device}`, () => {
    assert.equal(deviceOf(userAgent), device);
  });
}
