/** `npm run screenshots`: every page in every state, in three widths and both themes. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../test/support/browser/browser.ts';
import { takeShots, type Look } from './screenshots/camera.ts';
import { writeContactSheet, type SheetLayout } from './screenshots/contact-sheet.ts';
import { takeReadmePictures } from './screenshots/readme.ts';
import { shotsOf } from './screenshots/shots.ts';
import { startSites, type Sites } from './screenshots/sites.ts';

const OUTPUT = join(import.meta.dirname, '../screenshots');
const IMAGES = join(import.meta.dirname, '../docs/images');
const USAGE = `usage: npm run screenshots -- [--only <text>] [--width <pixels>] [--theme <name>] [--scale <n>] [--readme]
  --only <text>     only the shots whose name holds the text
  --width <pixels>  390, 768 or 1440; all of them if left out
  --theme <name>    light or dark; both if left out
  --scale <n>       device pixels for one of CSS, 1 if left out
  --readme          only the pictures that README shows, into docs/images`;

/** By width of the window: its height, and the layout of its contact sheet. */
const SIZES = [
  { width: 390, height: 844, sheet: { width: 260, height: 563, columns: 9 } },
  { width: 768, height: 1024, sheet: { width: 360, height: 480, columns: 7 } },
  { width: 1440, height: 900, sheet: { width: 576, height: 440, columns: 5 } },
];
const THEMES = ['light', 'dark'] as const;

interface Choice {
  only: string;
  looks: (Look & { sheet: SheetLayout })[];
  /** Whether nothing was left out. */
  all: boolean;
  /** Only the pictures of README, into docs/images. */
  readme: boolean;
}

/** Throws TypeError for arguments it does not know. */
function choose(args: string[]): Choice {
  const text = (byDefault: string) => ({ type: 'string', default: byDefault }) as const;
  const readme = { type: 'boolean', default: false } as const;
  const options = { only: text(''), width: text(''), theme: text(''), scale: text('1'), readme };
  const { only, width, theme, scale, ...values } = parseArgs({ args, options }).values;
  const looks = SIZES.flatMap((size) =>
    THEMES.map((theme) => ({ ...size, theme, scale: Number(scale) })),
  )
    .filter((look) => width === '' || look.width === Number(width))
    .filter((look) => theme === '' || look.theme === theme);
  if (looks.length === 0 || !/^[1-4]$/.test(scale)) throw new TypeError('There is no such look');
  const all = only === '' && looks.length === SIZES.length * THEMES.length;
  return { only, looks, all, readme: values.readme };
}

async function photograph(browser: Browser, sites: Sites, choice: Choice): Promise<void> {
  const shots = shotsOf(sites).filter(({ name }) => name.includes(choice.only));
  for (const { sheet, ...look } of choice.looks) {
    const name = `${look.width}-${look.theme}`;
    const files = await takeShots(browser, sites, { shots, look, folder: join(OUTPUT, name) });
    const tiles = files.map((file, index) => ({ file, label: shots[index]?.name ?? '' }));
    await writeContactSheet(join(OUTPUT, `${name}.png`), tiles, sheet);
    console.log(`screenshots/${name}.png: ${tiles.length} pages`);
  }
}

async function main(args: string[]): Promise<void> {
  let choice: Choice;
  try {
    choice = choose(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (choice.all && !choice.readme) await rm(OUTPUT, { recursive: true, force: true });
  await using started = new AsyncDisposableStack();
  const browser = await launchBrowser();
  started.defer(() => browser.close());
  const sites = await startSites(browser);
  started.defer(() => sites.stop());
  if (choice.readme) await takeReadmePictures(browser, sites, IMAGES);
  else await photograph(browser, sites, choice);
}

await main(process.argv.slice(2));
