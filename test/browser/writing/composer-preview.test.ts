import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, hasFocus, says, settled } from '../../support/awaited.ts';
import { brokenInEachTheme } from '../../support/browser/axe.ts';
import { compose, preview, text, tool } from '../../support/browser/compose.ts';
import { openSite, postsOf, signIn } from '../../support/site.ts';

const site = await openSite();
const SHOULD = { violations: [], foreign: [], errors: [] };
const DESK = { viewport: { width: 1440, height: 900 } };

test('at a desk the preview follows the text beside it, and can be put away', async () => {
  const { page, misdeeds, leave } = await compose(site, DESK);
  await page.getByLabel('Title').fill('Live');
  await text(page).fill('# Head\n\n**bold** [out](https://a.example/)');
  await preview(page).getByRole('heading', { name: 'Head', level: 2 }).waitFor();
  await preview(page).locator('strong').getByText('bold').waitFor();
  await preview(page).getByRole('heading', { name: 'Live' }).waitFor();
  assert.equal(await preview(page).getByRole('link').getAttribute('target'), '_blank');
  await page.getByText('3 words, 1 minute').waitFor();
  await page.getByLabel('Written as').selectOption('Plain text');
  await preview(page).getByText('**bold**').waitFor();
  const toggle = tool(page, 'Preview');
  assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
  await toggle.click();
  await preview(page).waitFor({ state: 'hidden' });
  assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
  await toggle.click();
  await preview(page).waitFor();
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('one preview is asked for at a time, and the newest text is shown at last', async () => {
  const { page, leave } = await compose(site, DESK);
  let asked = 0;
  let open = 0;
  let most = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/posts/preview', async (route) => {
    asked += 1;
    open += 1;
    most = Math.max(most, open);
    if (asked === 1) await released;
    open -= 1;
    await route.continue();
  });
  await text(page).fill('first');
  await becomes(async () => asked, 1);
  await text(page).fill('second');
  await text(page).fill('third one');
  // As long after the last key as a preview would be asked for.
  await page.getByText('2 words, 1 minute').waitFor();
  await settled(page);
  release();
  await preview(page).locator('.prose').getByText('third one').waitFor();
  assert.deepEqual([asked, most], [2, 1]);
  await leave();
});

test('if there is no preview, the last good one stays, dimmed, and a word says why', async () => {
  const { page, leave } = await compose(site, DESK);
  await text(page).fill('good');
  await preview(page).locator('.prose').getByText('good').waitFor();
  for (const [answer, words] of [
    [{ status: 503, headers: { 'retry-after': '1' } }, 'The server is busy.'],
    [null, 'No connection.'],
    [{ status: 401 }, 'You have been logged out.'],
    [{ status: 200, body: 'not JSON' }, 'This text cannot be previewed'],
  ] as const) {
    await page.route('**/posts/preview', (route) =>
      answer ? route.fulfill(answer) : route.abort(),
    );
    await text(page).press('End');
    await text(page).pressSequentially('x');
    await preview(page).getByRole('status').getByText(words).waitFor();
    await preview(page).locator('.prose').getByText('good').waitFor();
    assert.notEqual(await preview(page).getAttribute('data-stale'), null);
    await page.unroute('**/posts/preview');
  }
  await text(page).pressSequentially('y');
  await preview(page).locator('.prose').getByText('goodxxxxy').waitFor();
  assert.equal(await preview(page).getAttribute('data-stale'), null);
  assert.equal(await preview(page).getByRole('status').textContent(), '');
  await leave();
});

test('on a phone the preview takes the place of the text, and the text is as it was afterwards', async () => {
  const { page, leave } = await compose(site);
  const posted = postsOf(page);
  await text(page).fill('some **words**');
  await page.getByText('2 words, 1 minute').waitFor();
  assert.deepEqual(posted, [], 'nothing is asked for that is not shown');
  await tool(page, 'Preview').click();
  await preview(page).locator('strong').getByText('words').waitFor();
  await text(page).waitFor({ state: 'hidden' });
  // Publishing shows what is missing beside its field.
  await tool(page, 'Publish').click();
  await page.getByText('Please fill in this field.').waitFor();
  await hasFocus(page, 'title');
  assert.equal(await text(page).inputValue(), 'some **words**');
  await tool(page, 'Preview').click();
  await tool(page, 'Preview').click();
  await text(page).waitFor();
  await leave();
});

test('without scripts a preview comes back with everything that was typed', async () => {
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await signIn(page, await site.client.register());
  await page.goto('/posts/new');
  assert.equal(await page.locator('.tools').isVisible(), false);
  await page.getByLabel('Title').fill('Plain & simple');
  await text(page).fill('- **one**\n- two');
  await tool(page, 'Preview').click();
  await preview(page).locator('li strong').getByText('one').waitFor();
  await preview(page).getByRole('heading', { name: 'Plain & simple' }).waitFor();
  assert.equal(await text(page).inputValue(), '- **one**\n- two');
  await page.getByLabel('Written as').selectOption('Plain text');
  await tool(page, 'Preview').click();
  await preview(page).getByText('- **one**').waitFor();
  await tool(page, 'Publish').click();
  await says(page, 'Post "Plain & simple" created successfully!');
  await leave();
});

for (const viewport of [DESK.viewport, { width: 390, height: 844 }]) {
  test(`axe finds nothing in the composer and its preview in either theme: ${viewport.width} px`, async () => {
    const { page, leave } = await compose(site, { viewport });
    await page.getByLabel('Title').fill('A title');
    await text(page).fill(
      '# Head\n\n- [ ] one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code`',
    );
    if (viewport.width < 1200) await tool(page, 'Preview').click();
    await preview(page).locator('table').waitFor();
    assert.deepEqual(await brokenInEachTheme(page), []);
    if (viewport.width < 1200) {
      await tool(page, 'Preview').click();
      assert.deepEqual(await brokenInEachTheme(page), []);
    }
    await leave();
  });
}
