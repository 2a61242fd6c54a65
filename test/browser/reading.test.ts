import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, hasFocus, ready } from '../support/awaited.ts';
import { openSite } from '../support/site.ts';

const site = await openSite();
const { token } = await site.client.person('Ada');
// In turn, because of three posts in a row by one person the third is only a title.
const bob = await site.client.person('Bob');
const text = 'Nobody knew who had rung the bell, and by noon nobody asked. '.repeat(8);
for (let number = 1; number <= 23; number += 1) {
  await site.client.post(number % 2 ? token : bob.token, `Post ${number}`, text);
}

const MORE = 'a[data-load-more]';

test('more posts come in place, after a failure too, and the focus goes to the first of them', async () => {
  const { page, misdeeds, leave } = await site.visit();
  await page.goto('/');
  await page.route('**/?skip=10*', (route) => route.abort());
  await page.click(MORE);
  await page.locator(MORE).getByText('Error - Click to Retry').waitFor();
  await page.unroute('**/?skip=10*');
  await page.click(MORE);
  await page.locator('article >> nth=19').waitFor();
  await hasFocus(page, 'Post 13');
  await becomes(() => page.locator(MORE).textContent(), 'Load More Posts');
  await page.click(MORE);
  await page.locator('article >> nth=22').waitFor();
  await page.locator(MORE).waitFor({ state: 'hidden' });
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
  await leave();
});

test('Back from a post returns to the same position, and Load More continues from there', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  await page.click(MORE);
  await page.locator('article >> nth=19').waitFor();
  const title = page.getByRole('link', { name: 'Post 6', exact: true });
  await title.scrollIntoViewIfNeeded();
  const top = () => page.evaluate<number>('Math.round(scrollY)');
  const was = await top();
  assert.ok(was > 1000);
  await title.click();
  await page.getByRole('heading', { level: 1, name: 'Post 6' }).waitFor();
  await page.goBack();
  await becomes(() => page.locator('article').count(), 20);
  await becomes(top, was);
  await page.click(MORE);
  await hasFocus(page, 'Post 3');
  await becomes(() => page.locator('article').count(), 23);
  // A new visit begins at the top.
  await page.goto('/login');
  await page.goto('/');
  await ready(page);
  assert.equal(await page.locator('article').count(), 10);
  await leave();
});

test('a post written meanwhile does not make another appear twice', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  const { id } = await site.client.post(token, 'Meanwhile');
  await page.click(MORE);
  // The last post of the second page, now that one more came before it.
  await page.getByText('Post 5', { exact: true }).waitFor();
  const titles = await page.locator('.post-title').allTextContents();
  assert.equal(new Set(titles).size, titles.length);
  await site.client.api('DELETE', `/api/posts/${id}`, { token });
  await leave();
});

test('without scripts the same control is a link to the next page, and there is a way back', async () => {
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await page.goto('/');
  assert.equal(await page.locator('#theme').isVisible(), false);
  const titles = () => page.locator('.post-title').allTextContents();
  const page2 = Array.from({ length: 10 }, (_, index) => `Post ${13 - index}`);
  await page.click(MORE);
  await becomes(titles, page2);
  await page.click(MORE);
  await becomes(titles, ['Post 3', 'Post 2', 'Post 1']);
  await page.click('text=Newer Posts');
  await becomes(titles, page2);
  await leave();
});

test('a theme is kept, and Auto follows the system', async () => {
  const { page, leave } = await site.visit({ colorScheme: 'light' });
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  await page.goto('/');
  const light = await ground();
  await page.selectOption('#theme', 'dark');
  await becomes(async () => (await ground()) === light, false);
  const dark = await ground();
  await page.reload();
  await becomes(ground, dark);
  await becomes(() => page.inputValue('#theme'), 'dark');
  await page.selectOption('#theme', 'auto');
  await becomes(ground, light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await becomes(ground, dark);
  await leave();
});

test('if the main script does not load, everything that works without it is visible', async () => {
  const { page, leave } = await site.visit();
  await page.route('**/main-*.js', (route) => route.abort());
  await page.goto('/login');
  await page.locator('[data-reveal]').waitFor({ state: 'hidden' });
  await leave();
});

test('nothing moves when the font comes late', async () => {
  const { page, leave } = await site.visit();
  await page.addInitScript(`
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  `);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.woff2', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/', { waitUntil: 'domcontentloaded' });
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  release();
  await page.evaluate('document.fonts.ready');
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  // Browsers rate shifts below 0.1 as good; a byline that wraps makes 0.03.
  const shift = await page.evaluate<number>('window.shift');
  assert.ok(shift < 0.01, `${shift}; without Times New Roman or Liberation Serif it is more`);
  await leave();
});
