import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { broken } from '../../support/browser/axe.ts';
import { multipart, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();
const { token } = await site.client.person('Ada');

async function add(width: number, height: number): Promise<number> {
  const data = await photo({ width, height });
  const body = multipart([{ name: 'file', filename: 'a.jpg', data }]);
  const sent = { token, body, headers: MULTIPART };
  const answer = await site.client.api<{ id: number }>('POST', '/api/pictures', sent);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id;
}

const [wide, tall] = [await add(2000, 1000), await add(600, 900)];
const content = `Words

![A wide view](/pictures/${wide} "At noon")

![First](/pictures/${tall})
![Second](/pictures/${tall} "Two")
![Third](/pictures/${tall})
`;
const json = { title: 'Pictures', content, format: 'markdown' };
const { body: post } = await site.client.api<{ id: number }>('POST', '/api/posts', { token, json });

/** Left edge, top and width of each picture, and the width of the page's content. */
const boxes = (page: Page) =>
  page.evaluate<{ all: { left: number; top: number; width: number }[]; page: number }>(`({
    all: [...document.querySelectorAll('.prose img')].map((image) => {
      const { left, top, width } = image.getBoundingClientRect();
      return { left: Math.round(left), top: Math.round(top), width: Math.round(width) };
    }),
    page: document.documentElement.scrollWidth,
  })`);

for (const [width, beside] of [
  [1440, true],
  [390, false],
] as const) {
  test(`pictures of a post at ${width} px: ${beside ? 'beside' : 'below'} each other, and nothing moves when they arrive`, async () => {
    const { page, misdeeds, leave } = await site.visit();
    await page.setViewportSize({ width, height: 900 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/media/**', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`/posts/${post.id}`, { waitUntil: 'domcontentloaded' });
    const before = await boxes(page);
    release();
    await page.evaluate(`Promise.all([...document.querySelectorAll('.prose img')].map((image) => {
      image.loading = 'eager';
      return image.decode();
    }))`);
    const after = await boxes(page);
    assert.deepEqual(after, before);
    assert.ok(after.page <= width);
    const [first, ...row] = after.all;
    assert.ok(first && first.width > 300);
    assert.equal(row.length, 3);
    assert.equal(new Set(row.map(({ top }) => top)).size, beside ? 1 : 3);
    assert.equal(new Set(row.map(({ left }) => left)).size, beside ? 3 : 1);
    assert.deepEqual(await broken(page), []);
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    await leave();
  });
}

test('the list shows the first picture beside the beginning, and its link is not read twice', async () => {
  const { page, leave } = await site.visit({ viewport: { width: 1440, height: 900 } });
  await page.goto('/');
  const thumbnail = page.locator('.thumbnail img');
  await thumbnail.waitFor();
  assert.match((await thumbnail.getAttribute('src')) ?? '', /\/media\/post_480\//);
  assert.deepEqual(await broken(page), []);
  await leave();
});

const OPENED = '.viewer img';

test('a picture opens in full above the page, by keyboard, with the others one key away', async () => {
  const { page, misdeeds, leave } = await site.visit({ viewport: { width: 1440, height: 900 } });
  await page.goto(`/posts/${post.id}`);
  const links = page.locator('.prose a.picture');
  assert.match((await links.first().getAttribute('href')) ?? '', /\/media\/post_1920\//);
  await links.first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Picture 1 of 4' }).waitFor();
  await page.getByText('At noon').last().waitFor();
  await page.evaluate(`document.querySelector('${OPENED}').decode()`);
  const file = () => page.locator(OPENED).getAttribute('src');
  assert.match((await file()) ?? '', /\/media\/post_1920\//);
  assert.deepEqual(await broken(page), []);
  await page.keyboard.press('ArrowRight');
  await page.getByRole('dialog', { name: 'Picture 2 of 4' }).waitFor();
  assert.equal(await page.locator(OPENED).getAttribute('alt'), 'First');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('dialog', { name: 'Picture 4 of 4' }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('dialog', { name: 'Picture 1 of 4' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await page.locator('.viewer').waitFor({ state: 'detached' });
  const focused = await page.evaluate(
    `[...document.querySelectorAll('.prose a.picture')].indexOf(document.activeElement)`,
  );
  assert.equal(focused, 1, 'the link of the picture that was shown last');
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
  await leave();
});

test('on a phone a picture fits the screen, and without scripts its link is the largest file', async () => {
  const { page, leave } = await site.visit();
  await page.goto(`/posts/${post.id}`);
  await page.locator('.prose a.picture').nth(1).click();
  await page.locator(OPENED).waitFor();
  const box = await page.locator(OPENED).boundingBox();
  assert.ok(box && box.width <= 390 && box.height <= 844 && box.height > 300, JSON.stringify(box));
  await page.getByRole('button', { name: 'Close' }).click();
  await page.locator('.viewer').waitFor({ state: 'detached' });
  await leave();
  const plain = await site.visit({ javaScriptEnabled: false });
  await plain.page.goto(`/posts/${post.id}`);
  await plain.page.locator('.prose a.picture').first().click();
  await plain.page.waitForURL(/\/media\/post_1920\//);
  await plain.leave();
});
