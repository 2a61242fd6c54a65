import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openMenu } from '../../support/browser/menu.ts';
import { becomes, ready, says } from '../../support/awaited.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();
const ann = await site.client.person('Ann');

async function begin(): Promise<{ page: Page; leave: () => Promise<void> }> {
  const { page, leave } = await site.visit();
  await signIn(page, ann);
  return { page, leave };
}

test('a draft of an earlier version is offered, and never silently replaces a later one', async () => {
  const { id } = await site.client.post(ann.token, 'Rota', 'one');
  const { page, leave } = await begin();
  await page.goto(`/posts/${id}/edit`);
  await page.fill('#content', 'my half of an edit');
  const json = { content: 'what another machine published' };
  await site.client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });

  await page.goto(`/posts/${id}/edit`);
  await page.getByText(/You have an unsent draft of .* The text has changed since/).waitFor();
  assert.equal(await page.inputValue('#content'), json.content);
  await page.getByRole('button', { name: 'Show my draft' }).click();
  await becomes(() => page.inputValue('#content'), 'my half of an edit');

  await page.getByRole('button', { name: 'Publish' }).click();
  const mine = page.getByRole('region', { name: 'Yours: text' });
  await becomes(() => mine.textContent(), '[differs: my half of an edit\n]');
  const theirs = page.getByRole('region', { name: 'Theirs: text' });
  assert.equal(await theirs.textContent(), `[differs: ${json.content}\n]`);
  const present = await site.client.api<{ content: string }>('GET', `/api/posts/${id}`);
  assert.equal(present.body.content, json.content);

  await page.getByRole('button', { name: 'Keep mine' }).click();
  await says(page, 'Post updated successfully!');
  await leave();
});

test('of two tabs, the one that publishes second is shown both texts', async () => {
  const { id } = await site.client.post(ann.token, 'Two tabs', 'one');
  const { page, leave } = await begin();
  const other = await page.context().newPage();
  await page.goto(`/posts/${id}/edit`);
  await other.goto(`/posts/${id}/edit`);
  await page.fill('#content', 'from the first');
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post updated successfully!');
  await other.fill('#content', 'from the second');
  await other.getByRole('button', { name: 'Publish' }).click();
  await other.getByRole('heading', { level: 1, name: 'Two Versions of One Text' }).waitFor();
  const mine = other.getByRole('region', { name: 'Yours: text' });
  assert.equal(await mine.textContent(), '[differs: from the second\n]');
  await leave();
});

test('logging out asks about an unsent text, and removes it', async () => {
  const { page, leave } = await begin();
  await page.goto('/posts/new');
  await page.fill('#title', 'A secret');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('dialog', { name: 'Keep what you have not sent?' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await page.inputValue('#title'), 'A secret');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('button', { name: 'Remove and log out' }).click();
  await says(page, 'You have been logged out.');
  assert.equal(await page.evaluate(`Object.keys(localStorage).join().includes('draft')`), false);
  await signIn(page, ann);
  await page.goto('/posts/new');
  assert.equal(await page.inputValue('#title'), '');
  await leave();
});

test('without an unsent text, logging out asks nothing', async () => {
  const { page, leave } = await begin();
  await page.goto('/');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await says(page, 'You have been logged out.');
  await leave();
});

test('Back after publishing shows an empty form', async () => {
  const { page, leave } = await begin();
  await page.goto('/posts/new');
  await page.fill('#title', 'Sent');
  await page.fill('#content', 'once');
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "Sent" created successfully!');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'New Post' }).waitFor();
  await ready(page);
  await becomes(() => page.inputValue('#title'), '');
  await becomes(() => page.inputValue('#content'), '');
  await leave();
});

test('dates are in the reader’s language and time zone, in full on hover', async () => {
  const { id } = await site.client.post(ann.token, 'When', 'now');
  const german = await site.visit({ locale: 'de-DE', timezoneId: 'Pacific/Auckland' });
  await german.page.goto(`/posts/${id}`);
  const time = german.page.locator('article time').first();
  const at = new Date((await time.getAttribute('datetime')) ?? '');
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('de-DE', { timeZone: 'Pacific/Auckland', ...options }).format(at);
  await becomes(() => time.textContent(), format({ dateStyle: 'long' }));
  assert.equal(await time.getAttribute('title'), format({ dateStyle: 'full', timeStyle: 'long' }));
  await german.leave();
});

test('stacked marks stay within their own text', async () => {
  const { id } = await site.client.post(ann.token, `Z${'\u0301'.repeat(90)}`, 'x');
  const { page, leave } = await site.visit();
  await page.goto(`/posts/${id}`);
  for (const selector of ['h1.post-title', '.prose']) {
    const style = `getComputedStyle(document.querySelector('${selector}')).overflowY`;
    const clip = await page.evaluate(style);
    assert.equal(clip, 'clip', selector);
  }
  await leave();
});
