import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { visitShots, type Look } from '../../../scripts/screenshots/camera.ts';
import { PARTS, shotsOf, type Part } from '../../../scripts/screenshots/shots.ts';
import { startSites, type Sites } from '../../../scripts/screenshots/sites.ts';
import { settled } from '../awaited.ts';
import { broken } from './axe.ts';
import { borrowBrowser } from './browser.ts';

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

/** Two windows that differ in all that a style may ask for: width, pointer and theme. */
const DESK: Look = { width: 1440, height: 900, theme: 'light', scale: 1 };
const PHONE: Look = { width: 390, height: 844, theme: 'dark', scale: 1 };

/** What is wrong with the page as it is shown now. */
async function wrongOn(page: Page): Promise<string[]> {
  await settled(page);
  return [
    ...(await broken(page)),
    ...(await page.evaluate<string[]>(TOO_WIDE)),
    ...(await page.evaluate<string[]>(SMALL_TARGETS)),
    ...(await page.evaluate<string[]>(MOVING)),
  ];
}

const FILES = 'every-state-*.test.ts';
const FOLDER = join(import.meta.dirname, '../../browser/pages');

let shared: { browser: Browser; sites: Promise<Sites> } | undefined;

/** The blogs that all parts of a process look at: they start with the first part, and end with its browser. */
function sitesFor(browser: Browser): Promise<Sites> {
  if (shared?.browser !== browser) {
    const sites = startSites(browser);
    shared = { browser, sites };
    browser.once('disconnected', () => void sites.then(({ stop }) => stop()));
  }
  return shared.sites;
}

const lines = new WeakMap<Page, CDPSession>();

/** Changes the window in which an open page is shown; Playwright cannot take a touch screen away. */
async function showOn(page: Page, { width, height, theme, scale }: Look): Promise<void> {
  const line = lines.get(page) ?? (await page.context().newCDPSession(page));
  lines.set(page, line);
  const phone = width === PHONE.width;
  await line.send('Emulation.setTouchEmulationEnabled', { enabled: phone });
  const size = { width, height, deviceScaleFactor: scale, mobile: phone };
  await line.send('Emulation.setDeviceMetricsOverride', size);
  await page.emulateMedia({ colorScheme: theme });
}

/**
 * Checks every page in every state of a part of the screenshots, in two windows: axe finds nothing,
 * nothing is cut off, moves, or is too small a target. A page on which nobody acted is opened once and
 * shown in both; what people do may differ, so they do it in each.
 */
export async function everyStateIsAccessible(part: Part): Promise<void> {
  const tested = globSync(FILES, { cwd: FOLDER });
  const parts = Object.keys(PARTS).map((name) => FILES.replace('*', name));
  assert.deepEqual(tested.toSorted(), parts.toSorted());
  await using started = new AsyncDisposableStack();
  const { browser, giveBack } = await borrowBrowser();
  started.defer(giveBack);
  const sites = await sitesFor(browser);
  // Without scripts nothing can be evaluated in a page either.
  const shots = shotsOf(sites, part).filter(({ scripts = true }) => scripts);
  const wrong: Record<string, string[]> = {};
  const check = async (page: Page, name: string, { theme }: Look) => {
    const found = await wrongOn(page);
    if (found.length > 0) wrong[`${name}, ${theme}`] = found;
  };
  await visitShots(browser, sites, {
    shots,
    look: DESK,
    visit: async (page, { name, act }) => {
      await check(page, name, DESK);
      if (act) return;
      await showOn(page, PHONE);
      await check(page, name, PHONE);
      await showOn(page, DESK);
    },
  });
  const acted = shots.filter(({ act }) => act);
  await visitShots(browser, sites, {
    shots: acted,
    look: PHONE,
    visit: (page, { name }) => check(page, name, PHONE),
  });
  assert.ok(shots.length > 40 && acted.length > 4);
  assert.deepEqual(wrong, {});
}
