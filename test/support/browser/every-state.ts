import assert from 'node:assert/strict';
import { visitShots } from '../../../scripts/screenshots/camera.ts';
import { shotsOf } from '../../../scripts/screenshots/shots.ts';
import { startSites } from '../../../scripts/screenshots/sites.ts';
import { settled } from '../awaited.ts';
import { broken } from './axe.ts';
import { launchBrowser } from './browser.ts';

/** What extends beyond the window, if the page can be scrolled sideways; an open dialog that can. */
const TOO_WIDE = `(document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
  : [...document.querySelectorAll('dialog[open]')].filter((one) => one.scrollWidth > one.clientWidth)
  ).map((one) => one.outerHTML.slice(0, 100))`;

/** Targets below 24 px in one direction that are not links in a line of text (2.5.8). */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, input, select, textarea')]
  .filter((one) => one.checkVisibility() && one.className !== 'skip' && !one.closest('.prose'))
  .filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return width < 24 || height < 24;
  })
  .map((one) => one.outerHTML.slice(0, 100))`;

/** What moves or fades by itself, although the browser asks for reduced motion. */
const MOVING = `[...document.querySelectorAll('*')]
  .filter((one) => {
    const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(one);
    const long = [transitionDuration, animationDuration].some((all) =>
      all.split(', ').some((time) => parseFloat(time) > 0.01));
    return long || scrollBehavior === 'smooth';
  })
  .map((one) => one.outerHTML.slice(0, 80))`;

/**
 * Checks every page in every state of the screenshots: axe finds nothing, nothing is cut off,
 * moves, or is too small a target.
 */
export async function everyStateIsAccessible(
  theme: 'light' | 'dark',
  size: { width: number; height: number },
): Promise<void> {
  await using started = new AsyncDisposableStack();
  const browser = await launchBrowser();
  started.defer(() => browser.close());
  const sites = await startSites(browser);
  started.defer(() => sites.stop());
  // Without scripts nothing can be evaluated in a page either.
  const shots = shotsOf(sites).filter(({ scripts = true }) => scripts);
  const wrong: Record<string, string[]> = {};
  await visitShots(browser, sites, {
    shots,
    look: { ...size, theme, scale: 1 },
    visit: async (page, { name }) => {
      await settled(page);
      const found = [
        ...(await broken(page)),
        ...(await page.evaluate<string[]>(TOO_WIDE)),
        ...(await page.evaluate<string[]>(SMALL_TARGETS)),
        ...(await page.evaluate<string[]>(MOVING)),
      ];
      if (found.length > 0) wrong[name] = found;
    },
  });
  assert.ok(shots.length > 40);
  assert.deepEqual(wrong, {});
}
