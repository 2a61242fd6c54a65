import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, hasFocus, ready, settled } from '../support/awaited.ts';
import { broken, brokenInEachTheme } from '../support/browser/axe.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();
const { client } = site;
const { db } = site.server.context;
const ada = await client.person('Ada');
const bob = await client.person('Bob');
await db.updateTable('users').set({ role: 'owner' }).where('id', '=', ada.id).execute();

const body = fileBody(await photo({ width: 900, height: 600 }));
const sent = { token: ada.token, body, headers: MULTIPART };
const picture = await client.api('POST', '/api/pictures', sent);
const long = 'Nobody knew who had rung the bell, and by noon nobody asked. '.repeat(40);
const title = (n: number) =>
  n % 5 ? `Post ${n}` : `Post ${n} ${'has a long title '.repeat(5).trim()}`;

/** Twelve by Bob, then one each in turn; the newest has a picture. */
const ids: number[] = [];
for (let n = 1; n <= 24; n++) {
  const mine = n > 12 && n % 2 === 0;
  const json = {
    title: title(n),
    content: mine ? `${long}\n\n${String(picture.body['markdown'])}` : long,
    format: 'markdown',
  };
  const { token } = mine ? ada : bob;
  const { body: post } = await client.api('POST', '/api/posts', { token, json });
  ids.push(post['id'] as number);
}
const [, , third = 0] = ids;

for (const width of [320, 390, 768, 1440]) {
  test(`the front page at ${width} px is accessible in both themes and no wider`, async () => {
    const { page, misdeeds, leave } = await site.visit({ viewport: { width, height: 844 } });
    for (const path of ['/', '/?skip=10', '/archive', `/users/${bob.id}/posts`]) {
      await page.goto(path);
      await settled(page);
      assert.deepEqual(await brokenInEachTheme(page), [], path);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, path);
    }
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    await leave();
  });
}

test('no post takes more than half of a phone’s screen', async () => {
  const { page, leave } = await site.visit();
  for (const path of ['/', '/?skip=10']) {
    await page.goto(path);
    await settled(page);
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.posts article')].map((one) => one.getBoundingClientRect().height)`,
    );
    assert.ok(heights.length > 1);
    for (const height of heights) assert.ok(height <= 422, `${path}: ${heights.join(' ')}`);
  }
  await leave();
});

test('Load More appends folded rows, moves the focus to their first title, and Back restores them', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  const shown = () => page.locator('.posts [data-post]').count();
  await page.click('a[data-load-more]');
  await becomes(shown, 20);
  await hasFocus(page, 'Post 14');
  await page.click('a[data-load-more]');
  await becomes(shown, 24);
  // Each page shows two of a row by one person, as it does without scripts.
  const rows = () => page.locator('.titles').count();
  assert.equal(await rows(), 2);
  await page.locator('.titles a', { hasText: 'Post 1' }).last().click();
  await page.getByRole('heading', { level: 1, name: 'Post 1' }).waitFor();
  await page.goBack();
  await becomes(shown, 24);
  assert.equal(await rows(), 2);
  await leave();
});

test('without scripts, older pages have the same rows', async () => {
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await page.goto('/');
  await page.click('a[data-load-more]');
  await page.click('a[data-load-more]');
  await becomes(() => page.locator('.posts article').count(), 2);
  assert.equal(await page.locator('.titles li').count(), 2);
  await page.click('text=Newer Posts');
  await becomes(() => page.locator('.posts [data-post]').count(), 10);
  await leave();
});

for (const javaScriptEnabled of [true, false]) {
  test(`an editor pins and unpins a post ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const { page, leave } = await site.visit({ javaScriptEnabled });
    await signIn(page, ada);
    await page.goto(`/posts/${third}`);
    await page.getByRole('button', { name: 'Pin to Front Page' }).click();
    await page.getByText('The post is pinned to the front page.').waitFor();
    await page.goto('/');
    const pinned = page.getByRole('region', { name: 'Pinned' });
    await pinned.getByRole('link', { name: 'Post 3' }).click();
    await page.getByRole('button', { name: 'Unpin' }).click();
    await page.getByText('The post is no longer pinned.').waitFor();
    await page.goto('/');
    assert.equal(await pinned.count(), 0);
    await leave();
  });
}

test('on a phone the menu opens and closes by keyboard', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, ada);
  await page.goto('/');
  await ready(page);
  const menu = page.locator('details.menu');
  const isOpen = () => page.evaluate<boolean>(`document.querySelector('details.menu').open`);
  await menu.locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.equal(await isOpen(), true);
  assert.deepEqual(await broken(page), []);
  await page.keyboard.press('Tab');
  await hasFocus(page, 'Admin');
  await page.keyboard.press('Escape');
  assert.equal(await isOpen(), false);
  await hasFocus(page, 'Menu');
  await page.keyboard.press('Enter');
  await page.mouse.click(2, 830);
  assert.equal(await isOpen(), false);
  await leave();
});

for (const javaScriptEnabled of [true, false]) {
  test(`what the menu has is in the line of a wide page, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const { page, leave } = await site.visit({
      javaScriptEnabled,
      viewport: { width: 1280, height: 800 },
    });
    await signIn(page, ada);
    await page.goto('/');
    const nav = page.getByRole('navigation', { name: 'Main' });
    await nav.getByRole('button', { name: 'Log out' }).waitFor();
    assert.equal(await nav.locator('summary').isVisible(), false);
    await nav.getByRole('link', { name: 'Admin' }).click();
    await page.getByRole('heading', { level: 1, name: 'Admin' }).waitFor();
    await leave();
  });
}

test('without scripts the menu of a phone works, too', async () => {
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await signIn(page, ada);
  await page.goto('/');
  await page.locator('details.menu summary').click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('link', { name: 'Login' }).waitFor();
  await leave();
});
