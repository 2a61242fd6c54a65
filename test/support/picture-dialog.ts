import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hasFocus, says } from './awaited.ts';
import { signIn, type Site } from './site.ts';

/** The account page of somebody new, opened for `run` and left after it; it must not misbehave. */
export async function onAccount(
  site: Site,
  run: (page: Page, person: { id: number; username: string }) => Promise<void>,
  options: Parameters<Site['visit']>[0] = {},
): Promise<void> {
  const person = await site.client.register();
  const { page, misdeeds, leave } = await site.visit(options);
  await signIn(page, person);
  await page.goto('/account');
  await run(page, person);
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
  await leave();
}

/** Opens the dialog, chooses a file, and waits until it can be framed. */
export async function choosePicture(page: Page, buffer: Buffer, name = 'face'): Promise<void> {
  await page.evaluate(NOTE_FIELDS);
  await page.click('#change-picture');
  await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
  await page.locator('#framing').waitFor();
  await hasFocus(page, 'stage');
}

/** The browser does not show bodies that hold files, so the fields are noted as the page fills them in. */
const NOTE_FIELDS = `{
  const append = FormData.prototype.append;
  window.fields = {};
  FormData.prototype.append = function (name, value, ...more) {
    if (typeof value === 'string') window.fields[name] = Number(value);
    return append.call(this, name, value, ...more);
  };
}`;

/** What of the picture the page asked the server to keep, in pixels; `{}` for its middle. */
export function cropOf(page: Page): Promise<Record<string, number>> {
  return page.evaluate('window.fields');
}

/** Uploads what is framed, and returns the picture as it is stored. */
export async function uploadFramed(page: Page): Promise<Buffer> {
  await page.click('#upload');
  await says(page, 'Profile picture updated successfully!');
  const path = await page.locator('main img.face').first().getAttribute('src');
  const answer = await page.request.get(path ?? '');
  assert.equal(answer.status(), 200);
  return answer.body();
}

/** The square as the dialog shows that it will be kept, from its preview of 150 pixels. */
export async function previewed(page: Page): Promise<Buffer> {
  const url = await page
    .locator('canvas[data-preview="150"]')
    .first()
    .evaluate((canvas: { toDataURL: (type: string) => string }) => canvas.toDataURL('image/png'));
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}
