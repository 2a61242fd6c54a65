import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { takeShots, type Look } from './camera.ts';
import { shotsOf } from './shots.ts';
import type { Sites } from './sites.ts';

const DESKTOP: Look = { width: 1100, height: 1000, theme: 'light', scale: 1.25 };
const PHONE: Look = { width: 390, height: 760, theme: 'light', scale: 1.25 };

/** Between two phones, device pixels. */
const GAP = 40;

/** What README shows: files of `docs/images`, each of one or more shots side by side. */
const PICTURES = [
  { name: 'home', views: [{ shot: 'home', look: DESKTOP }] },
  {
    name: 'phones',
    views: [
      { shot: 'person', look: PHONE },
      { shot: 'post', look: { ...PHONE, theme: 'dark' } },
      { shot: 'picture-dialog-chosen', look: PHONE },
    ],
  },
] satisfies { name: string; views: { shot: string; look: Look }[] }[];

/** Takes README's pictures into `folder`, as PNGs with a palette, which are small. */
export async function takeReadmePictures(
  browser: Browser,
  sites: Sites,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'masthead-readme-'));
  try {
    for (const { name, views } of PICTURES) {
      const files: string[] = [];
      for (const [index, { shot, look }] of views.entries()) {
        const shots = shotsOf(sites).filter((known) => known.name === shot);
        const onScreen = shots.map((known) => ({ ...known, screen: true }));
        const into = { shots: onScreen, look, folder: join(work, `${index}`) };
        files.push(...(await takeShots(browser, sites, into)));
      }
      const { size } = await joined(files).then((picture) =>
        picture.toFile(join(folder, `${name}.png`)),
      );
      console.log(`docs/images/${name}.png: ${Math.ceil(size / 1024)} KB`);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Joins pictures of one size side by side, with frames that are visible on any background. */
async function joined(files: string[]): Promise<Sharp> {
  const { width, height } = await sharp(files[0]).metadata();
  const rectangle = (paint: string) =>
    Buffer.from(
      `<svg width="${width}" height="${height}"><rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="12" ${paint}/></svg>`,
    );
  const parts = files.map(async (file, index) => {
    const framed = sharp(file).composite([
      { input: rectangle('fill="#000"'), blend: 'dest-in' },
      { input: rectangle('fill="none" stroke="#8d8377" stroke-width="2"') },
    ]);
    return { input: await framed.png().toBuffer(), left: index * (width + GAP), top: 0 };
  });
  const total = files.length * (width + GAP) - GAP;
  const ground = { width: total, height, channels: 4 as const, background: '#0000' };
  return sharp({ create: ground })
    .composite(await Promise.all(parts))
    .png({ palette: true, colours: 96, effort: 10 });
}
