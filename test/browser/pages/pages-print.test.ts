import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { settled } from '../../support/awaited.ts';
import { openMenu } from '../../support/browser/menu.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();
const person = await site.client.person('Ada');
const content = `${'A sentence that takes some room on paper. '.repeat(12)}\n\n`.repeat(30);
const { id: post } = await site.client.post(person.token, 'On paper', content);

/** Controls and links that would be printed. */
const USELESS = `[...document.querySelectorAll('nav, button, select, input, .btn, dialog, .skip, .alert, .bottom')]
  .filter((one) => one.checkVisibility())
  .map((one) => one.outerHTML.slice(0, 80))`;

/** The colours of all visible texts and backgrounds, except faces. */
const COLOURS = `[...new Set([...document.querySelectorAll('body, body *:not(.face, .face *)')]
  .filter((one) => one.checkVisibility())
  .flatMap((one) => {
    const { color, backgroundColor } = getComputedStyle(one);
    return ['text ' + color, 'ground ' + backgroundColor];
  }))].sort()`;

async function printed(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await settled(page);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a post is printed black on white, without what needs a screen, ${colorScheme}`, async () => {
    const { page, leave } = await site.visit({ colorScheme });
    await signIn(page, person);
    await page.goto(`/posts/${post}?done=updated`);
    // A chosen theme must make no difference either.
    await openMenu(page);
    await page.getByLabel('Theme').selectOption(colorScheme);
    await printed(page);
    assert.deepEqual(await page.evaluate(USELESS), []);
    assert.deepEqual(await page.evaluate(COLOURS), [
      'ground rgb(255, 255, 255)',
      'ground rgba(0, 0, 0, 0)',
      'text rgb(0, 0, 0)',
      'text rgb(68, 68, 68)',
    ]);
    for (const kept of ['.nameplate', 'h1', '.author', 'time', '.prose', '.byline .face']) {
      assert.equal(await page.locator(`${kept} >> nth=0`).isVisible(), true, kept);
    }
    const name = await page.locator('.nameplate').boundingBox();
    assert.ok((name?.height ?? 99) < 40, `${name?.height} px high`);
    const address = await page.evaluate(
      `getComputedStyle(document.querySelector('.post-end'), '::after').content`,
    );
    assert.equal(address, `"http://localhost:8000/posts/${post}"`);
    await leave();
  });
}

test('a long post is printed to its end, on several pages', async () => {
  const { page, leave } = await site.visit();
  await page.goto(`/posts/${post}`);
  await settled(page);
  const pages = async () => (await page.pdf({ format: 'A4' })).toString('latin1');
  const long = (await pages()).match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  await page.evaluate(
    `for (const one of document.querySelectorAll('.prose p:nth-child(n + 3)')) one.remove()`,
  );
  const short = (await pages()).match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(long >= 4 && short === 1, `${long} pages, and ${short} of two paragraphs`);
  await leave();
});

test('links in a post are followed by their address on paper, unless they show it', async () => {
  const text =
    'As [they say](https://example.org/tides), see https://example.org/all and [us](/about).';
  const json = { title: 'Links', content: text, format: 'markdown' };
  const { body } = await site.client.api<{ id: number }>('POST', '/api/posts', {
    token: person.token,
    json,
  });
  const { page, leave } = await site.visit();
  await page.goto(`/posts/${body.id}`);
  await settled(page);
  const added = () =>
    page.evaluate(`[...document.querySelectorAll('.prose a')]
      .map((one) => getComputedStyle(one, '::after').content)`);
  assert.deepEqual(await added(), ['none', 'none', 'none']);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  assert.deepEqual(await added(), ['" (https://example.org/tides)"', 'none', 'none']);
  assert.equal(await page.getByText('Log in to comment').isVisible(), false);
  await leave();
});
