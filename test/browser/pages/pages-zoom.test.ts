import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openMenu } from '../../support/browser/menu.ts';
import { becomes, hasFocus, ready, settled } from '../../support/awaited.ts';
import { giveFile } from '../../support/browser/picture-dialog.ts';
import { photo } from '../../support/pictures.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();
const person = await site.client.person(
  'Bartholomew Featherstonehaugh-Ravenscroft-Ellis II'.slice(0, 50),
);
const word = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz';
const { id: post } = await site.client.post(person.token, word, `${word} `.repeat(20));

/** What is cut off or needs sideways scrolling; the skip link and hidden labels are tiny. */
const TOO_WIDE = `[...document.querySelectorAll('body, body *')]
  .filter((one) => one.checkVisibility() && !one.closest('svg, select, .visually-hidden'))
  .filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    const spills = one.matches('.prose p, .field-error, .lead') && one.scrollWidth > one.clientWidth + 1;
    return spills || right > innerWidth + 0.5 || left < -0.5;
  })
  .map((one) => one.outerHTML.slice(0, 100))
  .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])`;

const OPEN = [
  '/',
  '/register',
  '/login',
  '/forgot-password',
  '/reset-password?token=t',
  '/nowhere',
];
const OWN = () => [
  '/?done=login',
  `/posts/${post}?done=created`,
  `/posts/${post}/edit`,
  `/posts/${post}/delete`,
  `/users/${person.id}/posts`,
  '/posts/new',
  '/account',
  '/account/delete',
];

const FACE = { name: 'face.jpg', mimeType: 'image/jpeg', buffer: await photo() };

/** Opens the question of the link with these words, if the page has it. */
const DIALOGS = (): [string, string][] => [
  [`/posts/${post}`, 'Delete Post'],
  ['/account', 'Delete Account'],
  ['/account', 'Change picture'],
];

async function openDialog(page: Page, [path, name]: [string, string]): Promise<void> {
  await page.goto(path);
  await ready(page);
  const control = page.getByRole('link', { name }).or(page.getByRole('button', { name }));
  if (name === 'Change picture') await giveFile(page, FACE);
  else await control.first().click();
  await page.locator('dialog[open]').waitFor();
}

/** A zoomed window of 1280 px; browsers lay it out as a smaller one. */
for (const [zoom, viewport] of [
  [2, { width: 640, height: 400 }],
  [4, { width: 320, height: 256 }],
] as const) {
  test(`at ${zoom}00 % nothing is cut off and no page scrolls sideways, whatever its state`, async () => {
    const { page, leave } = await site.visit({ viewport, deviceScaleFactor: zoom });
    const fits = async (what: string) => {
      await settled(page);
      assert.deepEqual(await page.evaluate(TOO_WIDE), [], what);
    };
    for (const path of OPEN) {
      await page.goto(path);
      await fits(path);
    }
    await page.goto('/register');
    await page.getByLabel('Username').fill('x'.repeat(60));
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByText('Must be at most 50 characters; this is 60.').waitFor();
    await fits('a refused form');
    await signIn(page, person);
    for (const path of OWN()) {
      await page.goto(path);
      await fits(path);
    }
    for (const dialog of DIALOGS()) {
      await openDialog(page, dialog);
      await fits(dialog[1]);
    }
    await leave();
  });
}

test('text of twice the size is not cut off either', async () => {
  const { page, leave } = await site.visit({ viewport: { width: 1280, height: 800 } });
  await signIn(page, person);
  for (const path of [...OWN(), '/']) {
    await page.goto(path);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    await settled(page);
    assert.deepEqual(await page.evaluate(TOO_WIDE), [], path);
  }
  await leave();
});

interface Look {
  border: string;
  outline: string;
  text: string;
}

/** The style of the first visible element of that kind. */
function look(page: Page, selector: string): Promise<Look> {
  return page.locator(`${selector} >> visible=true >> nth=0`).evaluate((one) => {
    const style = (
      globalThis as unknown as { getComputedStyle: (of: unknown) => Record<string, string> }
    ).getComputedStyle(one);
    const { borderTopWidth, borderTopStyle, borderTopColor, color } = style;
    const { outlineStyle, outlineWidth, outlineColor } = style;
    return {
      border: `${borderTopWidth} ${borderTopStyle} ${borderTopColor}`,
      outline: `${outlineWidth} ${outlineStyle} ${outlineColor}`,
      text: String(color),
    };
  });
}

const GROUND = 'getComputedStyle(document.body).backgroundColor';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`with forced colours, controls have edges, the focus is visible and faces stay, ${colorScheme}`, async () => {
    const { page, leave } = await site.visit({ colorScheme, forcedColors: 'active' });
    await signIn(page, person);
    await page.goto(`/posts/${post}`);
    await settled(page);
    const ground = await page.evaluate<string>(GROUND);
    const drawn = /^[1-9][\d.]*px (?:solid|double) /;
    const stands = ({ border }: Look, what: string) => {
      assert.match(border, drawn, what);
      assert.ok(!border.endsWith(ground), `${what}: ${border} on ${ground}`);
    };
    stands(await look(page, '.btn-plain'), 'Edit Post');
    stands(await look(page, '.btn-danger'), 'Delete Post');
    await openMenu(page);
    stands(await look(page, '#theme'), 'the theme choice');
    // A person's own colour, and the letters on it, as everywhere.
    const face = page.locator('.byline .face');
    const drawing = (part: string) =>
      face.locator(part).evaluate((one) => {
        const { getComputedStyle } = globalThis as unknown as {
          getComputedStyle: (of: unknown) => { fill: string; forcedColorAdjust: string };
        };
        const { fill, forcedColorAdjust } = getComputedStyle(one);
        return [forcedColorAdjust, fill];
      });
    assert.deepEqual(await drawing('text'), ['none', 'rgb(255, 255, 255)']);
    assert.notEqual((await drawing('rect'))[1], 'rgb(255, 255, 255)');
    await page.goto('/account');
    await page.locator('#change-picture:enabled').waitFor();
    stands(await look(page, '.btn-primary'), 'Update Profile');
    stands(await look(page, '#username'), 'a field');
    assert.match(
      await page.evaluate(
        `getComputedStyle(document.querySelector('[aria-current]')).textDecoration`,
      ),
      /underline/,
    );
    await openDialog(page, [`/posts/${post}`, 'Delete Post']);
    stands(await look(page, 'dialog'), 'a dialog');
    await hasFocus(page, 'Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await hasFocus(page, 'Cancel');
    await becomes(async () => drawn.test((await look(page, 'dialog :focus')).outline), true);
    const { outline } = await look(page, 'dialog :focus');
    assert.ok(!outline.endsWith(ground), outline);
    await leave();
  });
}
