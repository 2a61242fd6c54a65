import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { TIMEOUT_MS } from '../../test/support/awaited.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';

/** How a page is viewed. */
export interface Look {
  /** Width of the window, CSS pixels. */
  width: number;
  /** Height of the window, CSS pixels. */
  height: number;
  theme: 'light' | 'dark';
  /** Device pixels for one CSS pixel. */
  scale: number;
}

/** Loads lazy pictures, which a screenshot of a whole page does not bring into view. */
const LOAD_EVERYTHING = `Promise.all([document.fonts.ready].concat(
  [...document.images].map((image) => ((image.loading = 'eager'), image.decode())),
))`;

/** Takes the shots one after the other into `folder` and returns their files. */
export async function takeShots(
  browser: Browser,
  sites: Sites,
  { shots, look, folder }: { shots: readonly Shot[]; look: Look; folder: string },
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  await visitShots(browser, sites, {
    shots,
    look,
    visit: async (page, { name, screen = false }) => {
      const file = join(folder, `${name}.png`);
      await page.screenshot({ path: file, fullPage: !screen });
      files.push(file);
    },
  });
  return files;
}

/**
 * Opens the page of each shot in its state, one after the other, and passes it to `visit`. A page on
 * which nobody acted is used for the next shot, too: a new one costs as much as the shot.
 */
export async function visitShots(
  browser: Browser,
  sites: Sites,
  {
    shots,
    look,
    visit,
  }: {
    shots: readonly Shot[];
    look: Look;
    visit: (page: Page, shot: Shot) => Promise<void>;
  },
): Promise<void> {
  // One context per visitor, because opening one per shot takes longer than the shot.
  const contexts = new Map<string, BrowserContext>();
  const unused = new Map<BrowserContext, Page>();
  for (const shot of shots) {
    const key = `${shot.as} ${shot.scripts}`;
    const context = contexts.get(key) ?? (await open(browser, sites, shot, look));
    contexts.set(key, context);
    const page = shot.act ? undefined : unused.get(context);
    const taken = page ?? (await newPage(context));
    await take(taken, sites.urls[shot.site ?? 'full'], shot, (page) => visit(page, shot));
    if (shot.act) await taken.close();
    else unused.set(context, taken);
  }
  for (const context of contexts.values()) await context.close();
}

function open(browser: Browser, sites: Sites, shot: Shot, look: Look): Promise<BrowserContext> {
  const state = sites.signedIn[shot.as ?? 'nobody'];
  const touch = look.width < 768;
  return browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.theme,
    deviceScaleFactor: look.scale,
    javaScriptEnabled: shot.scripts ?? true,
    // A running scroll or fade would make two runs differ.
    reducedMotion: 'reduce',
    isMobile: touch,
    hasTouch: touch,
    ...(state !== undefined && { storageState: state }),
  });
}

/** Opens the page of a shot and brings it into its state, with all pictures loaded. */
async function pose(page: Page, url: string, shot: Shot): Promise<void> {
  await page.goto(url + shot.path, { waitUntil: 'load' });
  await shot.act?.(page);
  if (shot.scripts ?? true) await page.evaluate(LOAD_EVERYTHING);
}

async function newPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  return page;
}

async function take(
  page: Page,
  url: string,
  shot: Shot,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  try {
    await pose(page, url, shot);
    await look(page);
    // What one shot wrote must not be a draft for the next.
    if (shot.scripts ?? true) await page.evaluate('localStorage.clear(); sessionStorage.clear()');
  } catch (cause) {
    throw new Error(`${shot.name} could not be taken`, { cause });
  }
}
