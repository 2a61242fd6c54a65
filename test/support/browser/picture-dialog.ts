import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hasFocus, says } from '../awaited.ts';
import { png } from '../pictures.ts';
import { signIn, type Site } from '../site.ts';

/** Opens the account page of a new user for `run` and leaves it afterwards; it must not do anything wrong. */
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

/** A file as a person chooses it; its type says nothing. */
interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Presses "Change picture" and chooses a file in the chooser that opens. */
export async function giveFile(page: Page, file: ChosenFile): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.click('#change-picture');
  await (await chooser).setFiles(file);
}

/** Chooses a file, and waits until it can be framed. */
export async function choosePicture(page: Page, buffer: Buffer, name = 'face'): Promise<void> {
  await page.evaluate(NOTE_FIELDS);
  await giveFile(page, { name, mimeType: 'application/octet-stream', buffer });
  await page.locator('#framing').waitFor();
  await hasFocus(page, 'stage');
}

/** The browser does not expose bodies with files, so the fields are recorded as the page fills them in. */
const NOTE_FIELDS = `{
  const append = FormData.prototype.append;
  window.fields = {};
  FormData.prototype.append = function (name, value, ...more) {
    if (typeof value === 'string') window.fields[name] = Number(value);
    return append.call(this, name, value, ...more);
  };
}`;

/** The crop that the page sent to the server, in pixels; `{}` for the middle. */
export function cropOf(page: Page): Promise<Record<string, number>> {
  return page.evaluate('window.fields');
}

/** Uploads the framed picture, and returns the stored one. */
export async function uploadFramed(page: Page): Promise<Buffer> {
  await page.click('#upload');
  await says(page, 'Profile picture updated successfully!');
  const path = await page.locator('main img.face').first().getAttribute('src');
  const answer = await page.request.get(path ?? '');
  assert.equal(answer.status(), 200);
  return answer.body();
}

/** The square that the dialog shows in its preview of 150 pixels. */
export async function previewed(page: Page): Promise<Buffer> {
  const url = await page
    .locator('canvas[data-preview="150"]')
    .first()
    .evaluate((canvas: { toDataURL: (type: string) => string }) => canvas.toDataURL('image/png'));
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

/** 400 pixels of 800 × 400 are framed at first, from 200 to 600. */
export const wide = () => png({ width: 800, height: 400 });

/** Presses the button and resolves to the crop that the page sends. */
export async function keptOf(page: Page): Promise<Record<string, number>> {
  await page.click('#upload');
  await says(page, 'Profile picture updated successfully!');
  return cropOf(page);
}
