import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** Milliseconds that anything on a page may take on a busy machine; far more than it ever took. */
export const TIMEOUT_MS = 60_000;

/**
 * Reads again and again until the result is as expected; throws the last difference if that never
 * happens. A page shows the effect of an action with a delay, so anything that changes must be read
 * more than once.
 */
export async function becomes<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      assert.deepEqual(await read(), expected);
      return;
    } catch (error) {
      // A page that is being left cannot be read; try again.
      if (Date.now() > end) throw error;
    }
    await sleep(50);
  }
}

/** Waits until the page shows exactly this status message. */
export function says(page: Page, words: string): Promise<void> {
  return page.locator('#status').getByText(words, { exact: true }).waitFor();
}

/** Waits until the page's scripts have run: before that its links and forms work without them. */
export function ready(page: Page): Promise<void> {
  return page.locator('html[data-ready]').waitFor({ state: 'attached' });
}

/** Takes the page offline, and waits until its requests fail: Chromium answers somewhat earlier. */
export async function goOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  const answered = `fetch('/health/live', { cache: 'no-store' }).then(() => true, () => false)`;
  await becomes(() => page.evaluate<boolean>(answered), false);
}

/** Waits until autosaving has started, which happens a little after the page is ready. */
export async function savesByItself(page: Page): Promise<void> {
  const loaded = `performance.getEntriesByType('resource').find(({ name }) => name.includes('autosave'))`;
  await becomes(() => page.evaluate<boolean>(`${loaded} !== undefined`), true);
  // Resolves when the page has loaded the module.
  await page.evaluate(`import(${loaded}.name).then(() => {})`);
}

/** Waits until everything on the page has loaded and two more frames were drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.evaluate('document.fonts.ready');
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
}

/** Waits until an element has the focus: its id, else its text. */
export function hasFocus(page: Page, what: string): Promise<void> {
  const read = 'document.activeElement.id || document.activeElement.textContent';
  return becomes(() => page.evaluate<string>(read), what);
}
