import type { BrowserContextOptions, Page } from 'playwright-core';
import { photo } from '../pictures.ts';
import { type Site, signIn } from '../site.ts';

const small = await photo({ width: 600, height: 400 });

/** A file as a person chooses it. */
export const jpeg = (name: string, buffer: Buffer = small) => ({
  name,
  mimeType: 'image/jpeg',
  buffer,
});

/** The page for a new post, ready for pictures. */
export async function composeWithPictures(site: Site, options?: BrowserContextOptions) {
  const person = await site.client.person();
  const visit = await site.visit(options);
  // From the start: a key would be quicker than the request to be told.
  visit.page.on('filechooser', () => {});
  await signIn(visit.page, person);
  await visit.page.goto('/posts/new');
  await visit.page.locator('.tray[data-ready]').waitFor();
  return { ...visit, person };
}

/** The field of the text. */
export const text = (page: Page) => page.getByLabel('Content');
/** The pictures that were chosen. */
export const cards = (page: Page) => page.locator('[data-picture]');
/** The text so far. */
export const value = (page: Page) => text(page).inputValue();
/** What the page says about uploads. */
export const said = (page: Page) => page.locator('[data-tray-state]').textContent();
/** A button by its name. */
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** Chooses files as a person does, with the button. */
export async function choose(page: Page, files: ReturnType<typeof jpeg>[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Add pictures').click();
  await (await chooser).setFiles(files);
}

/** Lets uploads wait until `release` is called. */
export async function hold(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route('**/pictures', async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}
