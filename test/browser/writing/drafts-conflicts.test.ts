import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, goOffline, says } from '../../support/awaited.ts';
import { begin, open, trouble, write } from '../../support/browser/autosave.ts';
import { broken } from '../../support/browser/axe.ts';
import { newDraft } from '../../support/drafts.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

test('a text from offline never replaces a newer one: both are shown, and one decides', async () => {
  const { page, contents, change, person, leave } = await begin(site);
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'start' });
  await open(page, `/drafts/${draft.id}`);
  await goOffline(page);
  await write(page, 'from the train');
  await change(draft, 'from the desk');
  await page.context().setOffline(false);
  // After a reload as well.
  await open(page, `/drafts/${draft.id}`);
  await page.getByText(/You have an unsent draft of .* The text has changed since/).waitFor();
  assert.equal(await page.inputValue('#content'), 'from the desk');
  await page.getByRole('button', { name: 'Show my draft' }).click();
  await page.clock.runFor(25_000);
  await page.getByText('This text was also saved in another tab').waitFor();
  assert.deepEqual(await contents(), ['from the desk']);
  assert.equal(await page.inputValue('#content'), 'from the train');
  await page.getByRole('button', { name: 'Compare both versions' }).click();
  await page.getByRole('heading', { level: 1, name: 'Two Versions of One Text' }).waitFor();
  await page.clock.resume();
  assert.deepEqual(await broken(page), []);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await says(page, 'Draft saved.');
  assert.deepEqual(await contents(), ['from the train']);
  await leave();
});

test('of two tabs, the second is told calmly, and stops saving', async () => {
  const { page, contents, person, leave } = await begin(site);
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'start' });
  const other = await page.context().newPage();
  await other.clock.install();
  await open(page, `/drafts/${draft.id}`);
  await open(other, `/drafts/${draft.id}`);
  await write(page, 'first');
  await becomes(contents, ['first']);
  await write(other, 'second');
  await other.getByText('This text was also saved in another tab').waitFor();
  assert.equal(await other.inputValue('#content'), 'second');
  await write(other, 'second, and more');
  assert.deepEqual(await contents(), ['first']);
  await other.getByRole('button', { name: 'Compare both versions' }).click();
  await other.getByRole('button', { name: 'Edit together' }).click();
  const text = other.locator('#content');
  await becomes(
    () => text.inputValue(),
    '▸▸▸ Your version:\nsecond, and more\n▸▸▸ The saved version:\nfirst\n▸▸▸ End of what differs',
  );
  await leave();
});

test('a save whose answer was lost does not conflict with itself', async () => {
  const { page, contents, person, leave } = await begin(site);
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'start' });
  await open(page, `/drafts/${draft.id}`);
  await page.route(`**/drafts/${draft.id}`, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await write(page, 'taken');
  await becomes(contents, ['taken']);
  await becomes(async () => /cannot be reached/.test((await trouble(page)) ?? ''), true);
  await page.unrouteAll();
  await page.fill('#content', 'taken, and more');
  await becomes(async () => {
    await page.clock.runFor(25_000);
    return contents();
  }, ['taken, and more']);
  await becomes(() => trouble(page), '');
  await leave();
});

test('whoever loads the page again and writes on has no conflict with themselves', async () => {
  const { page, contents, person, leave } = await begin(site);
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'start' });
  await open(page, `/drafts/${draft.id}`);
  await page.fill('#content', 'before');
  await open(page, `/drafts/${draft.id}`);
  await becomes(() => page.inputValue('#content'), 'before');
  await becomes(contents, ['before']);
  await write(page, 'before and after');
  await becomes(async () => {
    await page.clock.runFor(25_000);
    return contents();
  }, ['before and after']);
  assert.equal(await trouble(page), '');
  await leave();
});

test('a draft that was deleted elsewhere begins another when one writes on', async () => {
  const { page, contents, drafts, person, leave } = await begin(site);
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'start' });
  await open(page, `/drafts/${draft.id}`);
  await site.client.api('DELETE', `/api/drafts/${draft.id}`, { token: person.token });
  await write(page, 'goes on');
  await page.clock.runFor(25_000);
  await becomes(contents, ['goes on']);
  const [next] = await drafts();
  await page.waitForURL(`**/drafts/${next?.id}`);
  await leave();
});
