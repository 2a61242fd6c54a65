import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { broken } from '../../support/browser/axe.ts';
import { becomes, goOffline, hasFocus, ready, says } from '../../support/awaited.ts';
import type { Draft } from '../../support/drafts.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();

/** Longer than what a page that is left still sends. */
const LONG = `Written on the train,\nwithout a line.\n${'And on and on. '.repeat(5000)}`;

/** Somebody's page, after they left a long text without a connection, for a post that is deleted since. */
async function lose() {
  const { token, ...person } = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  const [gone, there] = [
    await site.client.post(token, 'Rota', 'one'),
    await site.client.post(token, 'Menu', 'two'),
  ];
  const lost = `/posts/${gone.id}/edit`;
  for (const path of [lost, `/posts/${there.id}/edit`]) {
    await page.goto(path);
    await ready(page);
    await goOffline(page);
    await page.fill('#content', LONG);
    // A page that is being left may still hear that the line is back.
    await page.evaluate(`fetch = () => new Promise(() => {})`);
    await page.goto('about:blank');
    await page.context().setOffline(false);
  }
  assert.equal((await site.client.api('DELETE', `/api/posts/${gone.id}`, { token })).status, 204);
  const drafts = async () =>
    (await site.client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token })).body.drafts;
  return { page, leave, lost, drafts };
}

const keys = (page: Page) =>
  page.evaluate<string[]>(`Object.keys(localStorage).filter((key) => key.startsWith('draft:'))`);
const entries = (page: Page) => page.locator('[data-lost-texts] li');

test('the text for a post that was deleted meanwhile is on the page of drafts, and becomes one', async () => {
  const { page, leave, lost, drafts } = await lose();
  await page.goto(lost);
  await page.getByText('is still in this browser').getByRole('link', { name: 'Drafts' }).click();
  await page.getByRole('heading', { level: 2, name: 'Only in this browser' }).waitFor();
  assert.equal(await entries(page).count(), 1, 'the other text is shown by its own page');
  await entries(page).getByText('The whole text').click();
  assert.equal(await page.getByLabel('The whole text of Rota').inputValue(), LONG);
  assert.deepEqual(await broken(page), []);
  assert.deepEqual(await drafts(), []);

  await page.getByRole('button', { name: 'Keep as a draft Rota' }).click();
  await says(page, 'Draft saved.');
  assert.equal(await page.inputValue('#content'), LONG);
  assert.deepEqual(
    (await drafts()).map((draft) => [draft.title, draft.content, draft.post_id]),
    [['Rota', LONG, null]],
  );
  await page.goto('/drafts');
  await ready(page);
  await page.getByRole('link', { name: 'Rota' }).first().waitFor();
  await becomes(() => keys(page).then(({ length }) => length), 1);
  await leave();
});

test('it stays where it is until it was saved, and is removed when its writer says so', async () => {
  const { page, leave, lost, drafts } = await lose();
  await page.goto('/drafts');
  const keep = page.getByRole('button', { name: 'Keep as a draft' });
  await keep.waitFor();
  await goOffline(page);
  await keep.click();
  await page.getByRole('alert').getByText('The blog cannot be reached.').waitFor();
  await page.context().setOffline(false);

  const isKept = async () => (await keys(page)).some((key) => key.endsWith(lost));
  await page.getByRole('button', { name: 'Remove' }).click();
  await hasFocus(page, 'Put it back Rota');
  assert.equal(await isKept(), false);
  await page.keyboard.press('Enter');
  await hasFocus(page, 'Remove Rota');
  assert.equal(await isKept(), true);
  await page.keyboard.press('Enter');
  await page.reload();
  await ready(page);
  await page.getByText('There are no drafts.').waitFor();
  assert.equal(await isKept(), false);
  assert.deepEqual(await drafts(), []);
  await leave();
});
