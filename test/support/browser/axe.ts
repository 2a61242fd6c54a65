import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CDPSession, Page } from 'playwright-core';

const FILE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** In ASCII: otherwise Chromium passes on twice as many bytes. */
const AXE = readFileSync(FILE, 'utf8').replaceAll(
  /[^\0-\x7f]/g,
  (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
);

/** The rules about colours; all others find the same in each theme, since a theme only has colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** The accessibility rules that a page violates now, with the first element of each. */
export async function broken(page: Page): Promise<string[]> {
  return run(page, {});
}

/** The same for a page in the light theme, and then for its colours in the dark one, with `dark` before each. */
export async function brokenInEachTheme(page: Page): Promise<string[]> {
  await useTheme(page, 'light');
  const light = await broken(page);
  await useTheme(page, 'dark');
  const dark = await run(page, { runOnly: { type: 'rule', values: COLOUR_RULES } });
  await useTheme(page, 'light');
  return [...light, ...dark.map((one) => `dark ${one}`)];
}

/** With reduced motion, nothing fades from one theme to the other. */
async function useTheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
}

const lines = new WeakMap<Page, CDPSession>();

/** Without Playwright's `evaluate`, with which this takes Chromium a third more processor time. */
async function load(page: Page): Promise<void> {
  const line = lines.get(page) ?? (await page.context().newCDPSession(page));
  lines.set(page, line);
  const { exceptionDetails } = await line.send('Runtime.evaluate', { expression: AXE });
  if (exceptionDetails) throw new Error(exceptionDetails.text);
}

async function run(page: Page, options: object): Promise<string[]> {
  // The script is half a megabyte; a page keeps it until it is left.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await load(page);
  // Otherwise most of the time is spent on reporting what is as it should be.
  const violations = { ...options, resultTypes: ['violations'] };
  return page.evaluate(
    `axe.run(document, ${JSON.stringify(violations)}).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`,
  );
}
