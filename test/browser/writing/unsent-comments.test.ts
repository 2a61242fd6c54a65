import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { becomes, hasFocus, ready, says } from '../../support/awaited.ts';
import { broken } from '../../support/browser/axe.ts';
import { openMenu } from '../../support/browser/menu.ts';
import { commentsOn, newComment } from '../../support/comments.ts';
import { logIn, openSite, signIn } from '../../support/site.ts';

const site = await openSite();
const { client } = site;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const texts = async (id: number) => (await commentsOn(client, id)).map(({ content }) => content);

/** Bob's browser at a post on which Ann has commented. */
async function begin() {
  const { id } = await client.post(ann.token, 'Soup', 'Cut the leeks.\n\nFry them.');
  const { id: first } = await newComment(client, ann.token, id, { content: 'Any questions?' });
  const { page, leave } = await site.visit();
  await signIn(page, bob);
  const open = async () => {
    await page.goto('about:blank');
    await page.goto(`/posts/${id}`);
    await ready(page);
  };
  await open();
  return { id, first, page, open, leave };
}

/** The same in two tabs, each with a comment. */
async function beginInTwoTabs() {
  const begun = await begin();
  const { page } = begun;
  const other = await page.context().newPage();
  await other.goto(page.url());
  await ready(other);
  await page.fill('#comment-content', 'Salt?');
  await other.fill('#comment-content', 'Pepper?');
  return { ...begun, other };
}

const written = (page: Page) => page.inputValue('#comment-content');
const kept = (page: Page) =>
  page.evaluate<number>(`Object.keys(localStorage).filter((key) => /^draft:/.test(key)).length`);
const note = (page: Page) => page.getByText(/^Your unsent comment of .* is back\./);

test('a comment that was not sent is back, and gone once it is discarded, emptied or sent', async () => {
  const { id, page, open, leave } = await begin();
  await page.selectOption('#comment-about', { label: '“Fry them.”' });
  await page.fill('#comment-content', 'In butter?');
  await open();
  await note(page).waitFor();
  assert.equal(await written(page), 'In butter?');
  assert.equal(await page.locator('#comment-about :checked').textContent(), '“Fry them.”');
  assert.deepEqual(await broken(page), []);
  await page.getByRole('button', { name: 'Discard comment' }).click();
  await hasFocus(page, 'comment-content');
  assert.deepEqual([await written(page), await kept(page)], ['', 0]);

  await page.fill('#comment-content', 'In oil?');
  await page.fill('#comment-content', '');
  assert.equal(await kept(page), 0);

  await page.fill('#comment-content', 'In water?');
  await open();
  await page.click('text=Post comment');
  await becomes(() => texts(id), ['Any questions?', 'In water?']);
  await becomes(() => written(page), '');
  await note(page).waitFor({ state: 'detached' });
  await open();
  assert.deepEqual([await written(page), await kept(page)], ['', 0]);
  await leave();
});

test('a reply is back below what it answers, also after it was begun as a comment of its own', async () => {
  const { id, first, page, open, leave } = await begin();
  await page.fill('#comment-content', 'None');
  await page.click(`a[data-reply="${first}"]`);
  await open();
  await page.locator(`#comment-${first} + form`).waitFor();
  assert.equal(await written(page), 'None');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await open();
  await page.locator('#write-comment form').waitFor();

  await page.click(`a[data-reply="${first}"]`);
  await open();
  await page.goto(`/posts/${id}/comments`);
  await ready(page);
  assert.equal(
    await written(page),
    '',
    'the page of a comment of its own has no place for a reply',
  );
  await open();
  await page.click('text=Post comment');
  await page.locator('.replies .comment').waitFor();
  assert.deepEqual(await texts(id), ['Any questions?', 'None']);
  await leave();
});

test('two tabs keep two comments, which come back one after the other', async () => {
  const { id, page, other, open, leave } = await beginInTwoTabs();
  await page.fill('#comment-content', 'Salt, too?');
  assert.equal(await kept(page), 2);
  await open();
  assert.equal(await written(page), 'Salt, too?');
  await page.click('text=Post comment');
  await becomes(() => texts(id), ['Any questions?', 'Salt, too?']);
  await becomes(() => kept(page), 1);
  await other.close();
  await open();
  assert.equal(await written(page), 'Pepper?');
  await page.getByRole('button', { name: 'Discard comment' }).click();
  assert.equal(await kept(page), 0);
  await leave();
});

test('it is shown to nobody else in the same browser, and logging out asks about it', async () => {
  const { page, open, leave } = await begin();
  await page.fill('#comment-content', 'For Ann alone');
  await page.context().clearCookies();
  await signIn(page, ann);
  await open();
  assert.equal(await written(page), '');
  assert.equal(await note(page).count(), 0);
  await page.context().clearCookies();
  await signIn(page, bob);
  await open();
  assert.equal(await written(page), 'For Ann alone');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('button', { name: 'Remove and log out' }).click();
  await says(page, 'You have been logged out.');
  assert.equal(await kept(page), 0);
  await leave();
});

test('when the session has ended, the login sends it, and it does not come back', async () => {
  const { id, page, open, leave } = await begin();
  await page.context().clearCookies();
  await page.fill('#comment-content', 'Hello?');
  await page.click('text=Post comment');
  await logIn(page, bob);
  await says(page, 'Comment posted.');
  await ready(page);
  assert.deepEqual(await texts(id), ['Any questions?', 'Hello?']);
  assert.deepEqual([await written(page), await kept(page)], ['', 0]);
  await open();
  assert.equal(await written(page), '');
  await leave();
});

test('of two that are kept, the login sends one, and the other is back', async () => {
  const { id, page, other, open, leave } = await beginInTwoTabs();
  await page.context().clearCookies();
  await page.click('text=Post comment');
  await logIn(page, bob);
  await says(page, 'Comment posted.');
  await ready(page);
  assert.deepEqual(await texts(id), ['Any questions?', 'Salt?']);
  assert.deepEqual([await written(page), await kept(page)], ['Pepper?', 1]);
  await other.close();
  await open();
  await page.click('text=Post comment');
  await becomes(() => texts(id), ['Any questions?', 'Salt?', 'Pepper?']);
  await becomes(() => kept(page), 0);
  await leave();
});

test('a comment on a post that was deleted meanwhile is on the page of drafts', async () => {
  const { id, page, leave } = await begin();
  await page.fill('#comment-content', 'Too late');
  await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
  await page.goto('/drafts');
  await page.getByRole('button', { name: 'Keep as a draft Too late' }).waitFor();
  await leave();
});
