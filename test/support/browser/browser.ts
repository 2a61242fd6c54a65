import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { canInstall, installPackages } from '../processes/debian.ts';

/** The headless shell comes first: it shows the same pages for half the processor time. */
const SHELL = 'chromium-headless-shell';
const NAMES = [SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Has the measures of Times New Roman, for which the pages' own font has its stand-in. */
const FONT = 'fonts-liberation';
const FONT_FILE = '/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf';

/**
 * In addition to Playwright's own, which already block most of the browser's own traffic. Only
 * names of this machine resolve, so neither a page nor the browser reaches anything outside.
 */
const ARGS = [
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--no-pings',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/**
 * Tests leave their pages before optimised code pays off: without it, axe takes a sixth less
 * processor time. No graphics processor is used, so no process for one is needed.
 */
const SHORT_LIVED = ['--js-flags=--no-opt,--no-maglev', '--in-process-gpu'];

/**
 * A headless Chromium: the one that `CHROMIUM_PATH` names or the first on `PATH`; as root on Debian
 * it is installed if missing, and so is the font. Rejects with one line that says what to install. The caller closes
 * it. `more`: further arguments; `without`: of Playwright's own, those to leave out.
 */
export async function launchBrowser(
  more: readonly string[] = [],
  without: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    executablePath: await install(),
    args: [...ARGS, ...more],
    ignoreDefaultArgs: [...without],
    // Chromium's sandbox refuses to run as root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

let shared: { browser: Browser; users: number } | undefined;

/**
 * The Chromium that all test files of a process use, one file after the other: it starts with the
 * first that asks and ends with the last. `giveBack` closes every profile, also those of failed tests.
 */
export async function borrowBrowser(): Promise<{
  browser: Browser;
  giveBack: () => Promise<void>;
}> {
  // A browser that crashed is not given to the next file.
  if (!shared?.browser.isConnected()) {
    shared = { browser: await launchBrowser(SHORT_LIVED), users: 0 };
  }
  const borrowed = shared;
  const { browser } = borrowed;
  borrowed.users += 1;
  const giveBack = async () => {
    borrowed.users -= 1;
    if (borrowed.users === 0) await browser.close();
    else await Promise.all(browser.contexts().map((profile) => profile.close()));
  };
  return { browser, giveBack };
}

function find(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Resolves to Chromium's path. */
async function install(): Promise<string> {
  if (canInstall()) {
    const missing = () => [...(find() ? [] : [SHELL]), ...(existsSync(FONT_FILE) ? [] : [FONT])];
    const names = missing();
    if (names.length > 0) await installPackages(names, () => missing().length === 0);
  }
  const found = find();
  if (found) return found;
  throw new Error(
    'Browser tests need Chromium: install `chromium-headless-shell`, or set CHROMIUM_PATH to one',
  );
}
