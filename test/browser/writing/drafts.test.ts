import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, goOffline, says } from '../../support/awaited.ts';
import { begin, isLocal, open, saved, trouble, write } from '../../support/browser/autosave.ts';
import { broken } from '../../support/browser/axe.ts';
import { openMenu } from '../../support/browser/menu.ts';
import { type Draft, newDraft } from '../../support/drafts.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

test('what is written is saved by itself, and the page becomes that of the draft', async () => {
  const { page, contents, drafts, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.fill('#title', 'Soup');
  await write(page, 'One');
  await becomes(contents, ['One']);
  const [draft] = await drafts();
  await page.waitForURL(`**/drafts/${draft?.id}`);
  await becomes(async () => /^Saved \d/.test((await saved(page)) ?? ''), true);
  await becomes(() => isLocal(page), false);
  await write(page, 'Two');
  await becomes(contents, ['Two']);
  assert.equal((await drafts())[0]?.id, draft?.id);
  await page.reload();
  assert.equal(await page.inputValue('#content'), 'Two');
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "Soup" created successfully!');
  await becomes(contents, []);
  await leave();
});

test('a save waits until nobody types, and an empty page makes no draft', async () => {
  const { page, contents, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.clock.runFor(60_000);
  await page.fill('#content', 'a');
  await page.clock.runFor(4_000);
  await page.fill('#content', 'ab');
  await page.clock.runFor(4_000);
  assert.deepEqual(await contents(), []);
  await page.clock.runFor(1_500);
  await becomes(contents, ['ab']);
  await leave();
});

test('the button saves at once, says so, and keeps the page', async () => {
  const { page, contents, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.fill('#content', 'By hand');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page
    .getByRole('status')
    .getByText(/^Saved /)
    .waitFor();
  assert.deepEqual(await contents(), ['By hand']);
  assert.equal(await page.inputValue('#content'), 'By hand');
  await leave();
});

test('offline, the text stays in this browser, and is saved when the blog is there again', async () => {
  const { page, contents, person, leave } = await begin(site);
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'start' });
  await open(page, `/drafts/${draft.id}`);
  await goOffline(page);
  await write(page, 'on the train');
  await becomes(async () => /cannot be reached/.test((await trouble(page)) ?? ''), true);
  assert.equal(await saved(page), 'Not saved');
  assert.equal(await isLocal(page), true);
  await page.context().setOffline(false);
  await page.clock.runFor(25_000);
  await becomes(contents, ['on the train']);
  await becomes(() => trouble(page), '');
  await becomes(() => isLocal(page), false);
  await leave();
});

test('leaving the page saves what was typed last', async () => {
  const { page, contents, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.fill('#content', 'the last words');
  await page.goto('/');
  await becomes(contents, ['the last words']);
  await page.goto('/posts/new');
  await leave();
});

test('a long text says that the last words may stay in this browser, and they do', async () => {
  const { page, contents, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.fill('#title', 'Long');
  await write(page, 'x'.repeat(70_000));
  await becomes(async () => /This text is long/.test((await trouble(page)) ?? ''), true);
  await page.fill('#content', 'y'.repeat(70_000));
  const { pathname } = new URL(page.url());
  await page.goto('/');
  assert.equal((await contents())[0]?.[0], 'x');
  await open(page, pathname);
  assert.equal((await page.inputValue('#content'))[0], 'y');
  await page.clock.runFor(25_000);
  await becomes(async () => (await contents())[0]?.[0], 'y');
  await leave();
});

test('if the session ends while one writes, nothing is lost, and a button leads to the login', async () => {
  const { page, contents, person, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.fill('#title', 'Kept');
  await page.context().clearCookies();
  await write(page, 'typed after the end');
  await page.getByText('You are logged out.').waitFor();
  await page.getByRole('button', { name: 'Log in and save' }).click();
  await page.fill('#username', person.email);
  await page.fill('#password', person.password);
  await page.click('main button:has-text("Login")');
  await says(page, 'Draft saved.');
  assert.equal(await page.inputValue('#content'), 'typed after the end');
  assert.deepEqual(await contents(), ['typed after the end']);
  assert.equal(await isLocal(page), false);
  await leave();
});

test('removing an unsent text at logout sends it nowhere', async () => {
  const { page, contents, leave } = await begin(site);
  await open(page, '/posts/new');
  await page.fill('#content', 'a secret');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('button', { name: 'Remove and log out' }).click();
  await says(page, 'You have been logged out.');
  assert.deepEqual(await contents(), []);
  await leave();
});

test('without scripts, drafts are saved, compared and published by buttons and keys alone', async () => {
  const { page, contents, person, change, leave } = await begin(site, { scripts: false });
  await page.goto('/posts/new');
  await page.fill('#title', 'T');
  await page.fill('#content', 'mine');
  await page.getByRole('button', { name: 'Save draft' }).press('Enter');
  await says(page, 'Draft saved.');
  const { body } = await site.client.api<{ drafts: Draft[] }>('GET', '/api/drafts', {
    token: person.token,
  });
  const [draft] = body.drafts;
  assert.ok(draft);
  await change(draft, 'theirs');
  await page.fill('#content', 'mine, later');
  await page.getByRole('button', { name: 'Save draft' }).press('Enter');
  await page.getByRole('button', { name: 'Keep theirs' }).press('Enter');
  await becomes(() => page.inputValue('#content'), 'theirs');
  assert.deepEqual(await contents(), ['theirs']);
  await page.getByRole('link', { name: 'Drafts', exact: true }).press('Enter');
  await page.getByRole('link', { name: 'Delete T' }).press('Enter');
  await page.getByRole('button', { name: 'Delete Draft' }).press('Enter');
  await says(page, 'Draft deleted.');
  await page.getByText('There are no drafts.').waitFor();
  await leave();
});

test('a link for readers is made, opened and ended', async () => {
  const { page, person, leave } = await begin(site, { clock: false });
  const draft = await newDraft(site.client, person.token, { title: 'T', content: 'for you' });
  await page.goto(`/drafts/${draft.id}`);
  await page.getByRole('link', { name: 'Share link' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const { pathname } = new URL(await page.getByLabel('The link, shown only now').inputValue());
  const reader = await site.visit();
  await reader.page.goto(pathname);
  await reader.page.getByText('for you').waitFor();
  assert.deepEqual(await broken(reader.page), []);
  assert.deepEqual(await broken(page), []);
  await page.getByRole('button', { name: 'End the link' }).click();
  await says(page, 'The link has ended.');
  assert.equal((await reader.page.goto(pathname))?.status(), 404);
  await reader.leave();
  await leave();
});

test('a time to publish is set in the zone of the browser', async () => {
  const { page, drafts, leave } = await begin(site, { clock: false });
  await open(page, '/posts/new');
  await page.fill('#title', 'T');
  await page.fill('#content', 'x');
  await page.getByText('Publish later').click();
  const zone = await page.evaluate<string>('Intl.DateTimeFormat().resolvedOptions().timeZone');
  await becomes(() => page.getByLabel('Time zone').inputValue(), zone);
  await page.getByLabel('Date').fill('2099-03-02');
  await page.getByLabel('Time', { exact: true }).fill('09:30');
  await page.getByLabel('Time zone').fill('Asia/Kathmandu');
  await page.getByRole('button', { name: 'Publish at this time' }).click();
  await page.getByText(/^Will be published/).waitFor();
  assert.equal(await isLocal(page), false);
  assert.deepEqual(
    (await drafts()).map((draft) => draft.publish_at),
    ['2099-03-02T03:45:00.000000Z'],
  );
  await page.getByRole('link', { name: 'T', exact: true }).click();
  await page.getByRole('button', { name: 'Do not publish automatically' }).click();
  await says(page, 'Draft saved.');
  assert.deepEqual(
    (await drafts()).map((draft) => draft.publish_at),
    [null],
  );
  await leave();
});

test('the pages of drafts have no barrier that a machine can find', async () => {
  const { page, person, misdeeds, leave } = await begin(site, { clock: false });
  await page.goto('/drafts');
  assert.deepEqual(await broken(page), []);
  const at = '2099-03-28T09:30:00Z';
  const draft = await newDraft(site.client, person.token, { content: 'Words', publish_at: at });
  for (const path of ['/drafts', `/drafts/${draft.id}`, `/drafts/${draft.id}/delete`]) {
    await page.goto(path);
    assert.deepEqual(await broken(page), [], path);
  }
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
  await leave();
});
