import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** Milliseconds that anything a page does may take on a busy machine; far more than it ever took. */
export const PATIENCE = 60_000;

/**
 * Reads again and again until it gives what is expected; throws the last difference when that does
 * not come. What a page shows follows an action late, so nothing that changes is read only once.
 */
export async function becomes<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      assert.deepEqual(await read(), expected);
      return;
    } catch (error) {
      // A page that is being left cannot be read, which is no answer yet either.
      if (Date.now() > end) throw error;
    }
    await sleep(50);
  }
}

/** Until the page says exactly this in the place for what was done. */
export function says(page: Page, words: string): Promise<void> {
  return page.locator('#status').getByText(words, { exact: true }).waitFor();
}

/** Until the scripts of the page have run: before that its links and forms work without them. */
export function ready(page: Page): Promise<void> {
  return page.locator('html[data-ready]').waitFor({ state: 'attached' });
}

/** Until everything of the page has come and two more frames were drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.evaluate('document.fonts.ready');
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
}

/** Until that has the focus: its id, else its text. */
export function hasFocus(page: Page, what: string): Promise<void> {
  const read = 'document.activeElement.id || document.activeElement.textContent';
  return becomes(() => page.evaluate<string>(read), what);
}
