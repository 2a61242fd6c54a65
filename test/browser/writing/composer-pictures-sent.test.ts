import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { becomes } from '../../support/awaited.ts';
import {
  choose,
  composeWithPictures,
  jpeg,
  said,
  value,
} from '../../support/browser/picture-tray.ts';
import { bigPhoto, png } from '../../support/pictures.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

/** Bytes of the body of the next upload. */
async function sentBytes(page: Page): Promise<number> {
  const request = await page.waitForRequest('**/pictures');
  return Number((await request.allHeaders())['content-length']);
}

/** The picture whose reference stands last in the text. */
async function lastPicture(page: Page, token: string) {
  const [id = ''] = /\d+(?=\)\s*$)/.exec(await value(page)) ?? [];
  const answer = await site.client.api<{
    urls: Record<string, string>;
    width: number;
    height: number;
  }>('GET', `/api/pictures/${id}`, { token });
  return answer.body;
}

test('a large photo is made smaller before it is sent, upright', async () => {
  const { page, person, leave } = await composeWithPictures(site);
  const file = await bigPhoto();
  const bytes = sentBytes(page);
  await choose(page, [jpeg('big.jpg', file)]);
  await becomes(() => said(page), '1 picture added.');
  assert.ok((await bytes) < file.length / 2);
  const { width, height } = await lastPicture(page, person.token);
  assert.deepEqual([width, height], [1440, 1920]);
  await leave();
});

test('what is transparent stays so, and a drawing is sent as it is', async () => {
  const { page, person, leave } = await composeWithPictures(site);
  const drawing = await png({ width: 300, height: 200 });
  const glass = await sharp({
    create: { width: 2400, height: 100, channels: 4, background: '#00ff0080' },
  })
    .png()
    .toBuffer();
  for (const [buffer, name] of [
    [drawing, 'drawing.png'],
    [glass, 'glass.png'],
  ] as const) {
    const bytes = sentBytes(page);
    await choose(page, [{ name, mimeType: 'image/png', buffer }]);
    const around = (await bytes) - buffer.length;
    if (buffer === drawing) assert.ok(around > 0 && around < 400, `${around} bytes around it`);
    await becomes(() => page.locator('.tray-upload').count(), 0);
  }
  const { urls, width } = await lastPicture(page, person.token);
  assert.equal(width, 1920);
  const headers = { authorization: `Bearer ${person.token}` };
  const stored = await fetch(site.url + urls['480'], { headers });
  const { hasAlpha } = await sharp(Buffer.from(await stored.arrayBuffer())).metadata();
  assert.equal(hasAlpha, true);
  await leave();
});
