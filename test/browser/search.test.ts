import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, ready } from '../support/awaited.ts';
import { brokenInEachTheme } from '../support/browser/axe.ts';
import { tabTo } from '../support/browser/keyboard.ts';
import { openSite } from '../support/site.ts';

const site = await openSite();
const { client } = site;
const ada = await client.person('Ada');
for (let n = 1; n <= 45; n++)
  await client.post(ada.token, `Recipe ${n}`, 'Stir it slowly. '.repeat(30));
await client.post(ada.token, 'Only one', 'A lighthouse of unusuallylongwords'.padEnd(400, 'x'));
await client.post(ada.token, 'Slowly', 'In the title.');

const phone = { viewport: { width: 390, height: 844 } };
const titles = '.hit .post-title';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`${how}: a search finds none, one and many, page by page and in both orders`, async () => {
    const { page, misdeeds, leave } = await site.visit({ ...phone, javaScriptEnabled });
    await page.goto('/');
    const search = async (q: string) => {
      if (!(await page.getByRole('searchbox').isVisible())) await page.goto('/search');
      await page.getByRole('searchbox').fill(q);
      await page.getByRole('searchbox').press('Enter');
      await page.getByRole('heading', { level: 1, name: `Search: ${q}` }).waitFor();
      return page.locator('main p[role=status]').innerText();
    };
    assert.equal(await search('nothinghere'), 'No post matches.');
    await page.getByRole('heading', { name: 'How to search' }).waitFor();
    assert.equal(await search('lighthouse'), '1 post.');
    assert.deepEqual(await page.locator('mark').allInnerTexts(), ['lighthouse']);

    assert.equal(await search('slowly stir*'), '45 posts, newest first.');
    await page.getByRole('link', { name: 'Older Posts' }).click();
    await page.getByRole('link', { name: 'Newest Posts' }).waitFor();
    assert.equal(await page.locator(titles).count(), 20);
    await page.getByRole('link', { name: 'Older Posts' }).click();
    await becomes(() => page.locator(titles).count(), 5);

    assert.equal(await search('slowly'), '46 posts, newest first.');
    const order = page.getByRole('navigation', { name: 'Order' });
    await order.getByRole('link', { name: 'Best first' }).click();
    await page.getByText('46 posts, best first.').waitFor();
    assert.equal(await page.locator(titles).first().innerText(), 'Slowly');
    await page.getByRole('link', { name: 'More Posts' }).click();
    await page.getByRole('link', { name: 'Best Posts' }).waitFor();
    assert.equal(await page.locator(titles).count(), 20);
    await order.getByRole('link', { name: 'Newest first' }).click();
    await page.getByText('46 posts, newest first.').waitFor();
    await page.locator(titles).first().getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Slowly' }).waitFor();
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    await leave();
  });
}

test('by keyboard alone: a search, the other order, a post', async () => {
  const { page, leave } = await site.visit({ viewport: { width: 1024, height: 768 } });
  await page.goto('/');
  await ready(page);
  await tabTo(page, 'Search');
  await page.keyboard.type('slowly');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Search: slowly' }).waitFor();
  await ready(page);
  await tabTo(page, 'Best first');
  await page.keyboard.press('Enter');
  await page.getByText('46 posts, best first.').waitFor();
  await ready(page);
  await tabTo(page, 'Slowly');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Slowly' }).waitFor();
  await leave();
});

for (const width of [320, 390, 1440]) {
  test(`pages of a search at ${width} px are accessible in both themes and no wider`, async () => {
    const { page, leave } = await site.visit({ viewport: { width, height: 844 } });
    for (const q of [
      '',
      'nothinghere',
      'lighthouse',
      'slowly',
      'slowly&sort=best',
      '1+2+3+4+5+6+7+8+9',
    ]) {
      await page.goto(`/search?q=${q}`);
      assert.deepEqual(await brokenInEachTheme(page), [], q);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, q);
    }
    await leave();
  });
}
