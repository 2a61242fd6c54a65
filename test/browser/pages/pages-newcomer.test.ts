import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openMenu } from '../../support/browser/menu.ts';
import { becomes, ready, says } from '../../support/awaited.ts';
import { pressKeyOn, tabTo, writeInto } from '../../support/browser/keyboard.ts';
import { photo } from '../../support/pictures.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();
const picture = await photo({ width: 400, height: 300 });

/** Warnings and errors in the page's console. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(message.text());
  });
  page.on('requestfailed', (request) => {
    // A navigation aborts what the previous page was still loading.
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') found.push(`${request.url()} ${why}`);
  });
  return found;
}

test('a blog without accounts says what it is, and leads to the first one', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  await page.getByText('Nobody has an account yet.').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Register' }).click();
  await page.waitForURL('**/register');
  await leave();
});

const WAYS: [string, string, BrowserContextOptions][] = [
  ['at a desk', 'Ada', { viewport: { width: 1440, height: 900 } }],
  ['on a phone', 'Grace', { hasTouch: true, isMobile: true }],
  ['without scripts', 'Jean', { javaScriptEnabled: false }],
];

for (const [way, name, options] of WAYS) {
  test(`${way}: a newcomer registers, writes, shows a face, and leaves`, async () => {
    const { page, misdeeds, leave } = await site.visit(options);
    const wrong = complaints(page);
    const scripts = options.javaScriptEnabled !== false;
    await page.goto('/');
    await page.getByRole('navigation').getByRole('link', { name: 'Register' }).click();
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Email').fill(`${name}@example.com`);
    await page.getByLabel('Password', { exact: true }).fill('a long password');
    if (!scripts) await page.getByLabel('Confirm Password').fill('a long password');
    await page.getByRole('button', { name: 'Register' }).click();
    await says(page, 'Account created successfully! Please login.');

    assert.equal(await page.getByLabel('Email').inputValue(), `${name.toLowerCase()}@example.com`);
    // The next thing to do has the focus.
    await page.locator('#password:focus').pressSequentially('a long password');
    await page.getByRole('button', { name: 'Login' }).click();
    await says(page, 'Login successful!');

    await page.getByRole('link', { name: 'New Post' }).click();
    await page.getByLabel('Title').fill(`From ${name}`);
    await page.getByLabel('Content').fill('First line\nsecond line\n\nA paragraph.');
    await page.getByRole('button', { name: 'Publish' }).click();
    await says(page, `Post "From ${name}" created successfully!`);
    await becomes(() => page.locator('.prose p').count(), 2);

    await page.getByRole('navigation').getByRole('link', { name }).click();
    if (scripts) await page.getByRole('button', { name: 'Change picture' }).click();
    const file = { name: 'me.jpg', mimeType: 'image/jpeg', buffer: picture };
    await page.setInputFiles('#file', file);
    await page.getByRole('button', { name: 'Upload' }).click();
    await says(page, 'Profile picture updated successfully!');
    await page.getByRole('img', { name: `${name}'s profile picture` }).waitFor();
    await becomes(() => page.locator('nav img.face').count(), 1);

    await page.getByRole('link', { name: /^Your posts \(1\)$/ }).click();
    await page.getByRole('heading', { name: `Posts by ${name}` }).waitFor();
    await page.getByRole('link', { name: `From ${name}` }).click();
    await page.getByRole('heading', { level: 1, name: `From ${name}` }).waitFor();
    await becomes(() => page.locator('article img.face').count(), 1);

    await page.getByRole('navigation').getByRole('link', { name }).click();
    await openMenu(page);
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await says(page, 'You have been logged out.');
    await page.getByRole('link', { name: `From ${name}` }).click();
    await page.getByRole('heading', { level: 1, name: `From ${name}` }).waitFor();
    await page.waitForLoadState('load');
    assert.equal(await page.getByRole('link', { name: 'Edit Post' }).count(), 0);
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    assert.deepEqual(wrong, []);
    await leave();
  });
}

test('by keyboard alone: a newcomer registers, writes, edits, deletes, and leaves', async () => {
  const { page, leave } = await site.visit({ viewport: { width: 1440, height: 900 } });
  const { keyboard } = page;
  const write = (name: string, text: string) => writeInto(page, name, text);
  const press = (name: string, heading?: string) => pressKeyOn(page, name, heading);
  await page.goto('/');
  await press('Register', 'Register');
  await write('Username', 'Keys');
  await write('Email', 'keys@example.com');
  await write('Password', 'a long password');
  await keyboard.press('Enter');
  await says(page, 'Account created successfully! Please login.');
  await page.locator('#password:focus').waitFor();
  await keyboard.type('a long password');
  await keyboard.press('Enter');
  await says(page, 'Login successful!');
  await press('New Post', 'New Post');
  await write('Title', 'By keys');
  await write('Content', 'No mouse here.');
  await press('Publish');
  await says(page, 'Post "By keys" created successfully!');
  await press('Edit Post', 'Edit Post');
  await write('Title', 'By keys alone');
  await press('Publish');
  await says(page, 'Post updated successfully!');
  await ready(page);
  await press('Delete Post');
  await page.getByRole('dialog', { name: 'Delete Post?' }).waitFor();
  await tabTo(page, 'Delete Post');
  await keyboard.press('Enter');
  await says(page, 'Post deleted successfully!');
  await press('Keys', 'Account');
  await press('Log out');
  await says(page, 'You have been logged out.');
  await leave();
});
