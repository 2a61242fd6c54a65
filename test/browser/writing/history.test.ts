import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken } from '../../support/browser/axe.ts';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { pressKeyOn, tabTo } from '../../support/browser/keyboard.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();

const SHOULD = { violations: [], foreign: [], errors: [] };
const DESK = { viewport: { width: 1280, height: 800 } };

/** A post that was changed twice, by somebody new. */
async function changedPost() {
  const person = await site.client.person();
  const { token } = person;
  const { id } = await site.client.post(token, 'Soup', 'Cut the onions and fry them');
  for (const content of ['Cut the leeks and fry them', 'Buy soup']) {
    await site.client.api('PATCH', `/api/posts/${id}`, { token, json: { content } });
  }
  const { body } = await site.client.api('GET', `/api/posts/${id}/revisions`, { token });
  const [, middle] = body['revisions'] as { id: number }[];
  return { person, id, middle: middle?.id ?? 0 };
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`${how}: look at the history, restore a text, unpublish, publish again`, async () => {
    const { person, id } = await changedPost();
    const { page, misdeeds, leave } = await site.visit({ javaScriptEnabled });
    await signIn(page, person);
    await page.goto(`/posts/${id}`);
    await page.click('text=History');
    await page.locator('.history a').nth(1).click();
    await becomes(() => page.locator('.source ins').first().textContent(), '[added: leeks]');
    await page.click('button:has-text("Restore")');
    await says(page, 'The earlier text is published again.');
    await becomes(() => page.locator('.prose').textContent(), 'Cut the leeks and fry them');

    await page.click('a:has-text("Unpublish")');
    await page.locator('button:has-text("Unpublish"):visible').click();
    await says(page, 'The post is a draft now, and only you see it.');
    await becomes(() => page.inputValue('#content'), 'Cut the leeks and fry them');
    assert.equal((await site.client.api('GET', `/api/posts/${id}`)).status, 404);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await says(page, 'Post updated successfully!');
    assert.equal(new URL(page.url()).pathname, `/posts/${id}`);
    assert.deepEqual(misdeeds, SHOULD);
    await leave();
  });
}

test('by keyboard alone: the history, what changed, the whole text, a text restored, a question declined', async () => {
  const { person, id, middle } = await changedPost();
  const { page, misdeeds, leave } = await site.visit(DESK);
  await signIn(page, person);
  await page.goto(`/posts/${id}`);
  await pressKeyOn(page, 'Unpublish');
  await page.getByRole('dialog', { name: 'Unpublish Post?' }).waitFor();
  await hasFocus(page, 'Cancel');
  await page.keyboard.press('Escape');
  await hasFocus(page, 'Unpublish');

  await page.goto(`/posts/${id}`);
  await pressKeyOn(page, 'History', 'History');
  await page.goto(`/posts/${id}/history/${middle}`);
  await tabTo(page, 'The whole text');
  await page.keyboard.press('Enter');
  await page.locator('details[open] .source').waitFor();
  assert.deepEqual(await broken(page), []);
  await page.goto(`/posts/${id}/history/${middle}`);
  await pressKeyOn(page, 'Restore');
  await says(page, 'The earlier text is published again.');
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('what was added or removed is marked by lines, also without colours', async () => {
  const { person, id, middle } = await changedPost();
  const { page, leave } = await site.visit({ forcedColors: 'active' });
  await signIn(page, person);
  await page.goto(`/posts/${id}/history/${middle}`);
  const lines = await page.evaluate<string[]>(
    `['ins', 'del'].map((name) => getComputedStyle(document.querySelector('.source ' + name)).textDecorationLine)`,
  );
  assert.deepEqual(lines, ['underline', 'line-through']);
  await leave();
});
