import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOwnerLink } from '../../src/users/owner-link.service.ts';
import { changeSetting } from '../../src/settings/settings.ts';
import { newComment } from '../support/comments.ts';
import { openMenu } from '../support/browser/menu.ts';
import { becomes, hasFocus, settled } from '../support/awaited.ts';
import { broken, brokenInEachTheme } from '../support/browser/axe.ts';
import { png } from '../support/pictures.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();
const { context } = site.server;
const olga = await site.client.person('Olga');
const long = await site.client.person('A name of many letters, just not fifty of them');
const link = new URL((await newOwnerLink(context)) ?? '').pathname;
await context.db
  .updateTable('users')
  .set({ state: 'waiting' })
  .where('id', '=', (await site.client.register('Wanda')).id)
  .execute();

const reported = await site.client.post(long.token, 'A title that is reported');
await site.client.api('POST', `/api/posts/${reported.id}/report`, {
  token: long.token,
  json: { reason: 'Not nice' },
});
const { id: held } = await newComment(site.client, long.token, reported.id, {
  content: 'A first comment, which waits',
});
await context.db.updateTable('comments').set({ state: 'held' }).where('id', '=', held).execute();
await changeSetting(context, 'about', 'We are a *boat club*.\n\n# Where\n\nAt the lock.');

const ADMIN = [
  `/posts/${reported.id}/moderate`,
  `/posts/${reported.id}/moderate/delete`,
  `/posts/${reported.id}/correct`,
  `/posts/${reported.id}/report`,
  '/admin/comments',
  '/admin/reports',
  '/admin',
  '/admin/people',
  `/admin/people/${long.id}`,
  `/admin/people/${long.id}/delete`,
  '/admin/waiting',
  '/admin/invitations',
  '/admin/log',
  '/admin/settings',
  '/admin/settings/logo/delete',
  '/people',
  '/about',
  '/',
];

/** Too small for a finger, but for links that are beside other text. */
const SMALL_TARGETS = `[...document.querySelectorAll('button, input, select, textarea, nav a')]
  .filter((one) => one.checkVisibility() && !['checkbox', 'radio'].includes(one.type))
  .filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return width < 43.5 || height < 43.5;
  })
  .map((one) => one.outerHTML.slice(0, 120))`;

test('somebody who is new becomes the owner with the printed link, without scripts', async () => {
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await page.goto(link);
  await page.getByRole('link', { name: 'Login' }).last().click();
  await page.getByLabel('Email').fill(olga.email);
  await page.getByLabel('Password', { exact: true }).fill(olga.password);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByRole('button', { name: 'Become the owner' }).click();
  await page.getByText('You are the owner of this blog now.').waitFor();
  await openMenu(page);
  await page.getByRole('link', { name: 'Admin' }).click();
  await page.getByRole('heading', { name: 'Admin', level: 1 }).waitFor();
  await leave();
});

test('axe finds nothing on the admin pages in both themes, and a phone shows all of them', async () => {
  const { page, misdeeds, leave } = await site.visit({
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  await signIn(page, olga);
  // The note about a reset link is on each page.
  const told = context.db.updateTable('users').set({ reset_link_at: Date.now() * 1000 });
  await told.where('id', '=', olga.id).execute();
  for (const path of ADMIN) {
    await page.goto(path);
    await settled(page);
    assert.deepEqual(await brokenInEachTheme(page), [], path);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, path);
    assert.deepEqual(await page.evaluate(SMALL_TARGETS), [], path);
  }
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
  await leave();
});

for (const javaScriptEnabled of [true, false]) {
  test(`by keyboard an account is let in and another suspended, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const { db } = context;
    const wait = db.updateTable('users').set({ state: 'waiting', state_reason: null });
    await wait.where('username', '=', 'Wanda').execute();
    const free = db.updateTable('users').set({ state: 'active', suspended_until: null });
    await free.where('id', '=', long.id).execute();
    const { page, leave } = await site.visit({ javaScriptEnabled });
    await signIn(page, olga);
    await page.goto('/admin/waiting');
    await page.getByRole('button', { name: 'Approve Wanda' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The account was approved.').waitFor();
    await page.getByText('Nobody is waiting for approval.').waitFor();

    await page.goto(`/admin/people/${long.id}`);
    await page.getByLabel('For how long').selectOption('7 days');
    await page.getByLabel('Reason').focus();
    await page.keyboard.type('Advertising');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The account is suspended.').waitFor();
    await page.getByText('The reason: Advertising').waitFor();
    await leave();
  });
}

test('a link that was just made is shown, with scripts too', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, olga);
  await page.goto('/admin/invitations');
  await page.getByLabel('Note').fill('for the choir');
  await page.getByRole('button', { name: 'Make a link' }).click();
  await hasFocus(page, 'link');
  assert.match(await page.getByLabel('Invitation link').inputValue(), /\/join\/[\w-]{22}$/);
  await page.getByRole('button', { name: 'End “for the choir”' }).waitFor();
  await leave();
});

/** What there is of the addresses on a page, and what of that is seen without scrolling in its field. */
const ADDRESSES = `[...document.querySelectorAll('[readonly]')].map((field) => ({
  address: field.value,
  whole: field.scrollWidth <= field.clientWidth && field.scrollHeight <= field.clientHeight,
}))`;

for (const width of [390, 768, 1440]) {
  test(`addresses that are shown once are seen whole, ${width} pixels wide`, async () => {
    const { page, leave } = await site.visit({ viewport: { width, height: 800 } });
    await signIn(page, olga);
    for (const [path, button, count] of [
      [`/admin/people/${long.id}`, /^Make a reset link/, 1],
      ['/admin/invitations', 'Make a link', 1],
      ['/account/feeds', /^Make (the|new) addresses/, 4],
    ] as const) {
      await page.goto(path);
      await page.getByRole('button', { name: button }).click();
      await becomes(() => page.locator('[readonly]').count(), count);
      const shown = await page.evaluate<{ address: string; whole: boolean }[]>(ADDRESSES);
      for (const { address, whole } of shown) assert.ok(whole && URL.canParse(address), address);
    }
    await leave();
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`by keyboard an owner hides the first steps, chooses a colour and a logo, and has the setup checked, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    await context.db.deleteFrom('settings').execute();
    const { page, leave } = await site.visit({ javaScriptEnabled });
    const press = async (name: string) => {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
    };
    await signIn(page, olga);
    await page.goto('/');
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    await press('Hide the first steps');
    await page.getByRole('heading', { name: 'First steps' }).waitFor({ state: 'detached' });

    await page.goto('/admin/settings');
    await page.getByRole('radio', { name: 'Oxblood' }).focus();
    await page.keyboard.press('ArrowRight');
    await press('Save settings');
    await page.getByText('Settings saved.').waitFor();
    assert.equal(await page.locator('html').getAttribute('data-accent'), 'forest');

    const buffer = await png({ width: 300, height: 80 });
    const file = { name: 'logo.png', mimeType: 'image/png', buffer };
    await page.getByLabel('Picture', { exact: true }).setInputFiles(file);
    await press('Upload the logo');
    await page.getByText('The logo was changed.').waitFor();
    await page.getByRole('link', { name: 'Masthead' }).first().getByRole('img').waitFor();
    await page.getByRole('link', { name: 'Remove the logo' }).focus();
    await page.keyboard.press('Enter');
    await press('Remove');
    await page.getByText('The logo was removed.').waitFor();

    await page.goto('/admin');
    await press('Check the setup');
    await page
      .getByRole('status')
      .filter({ hasText: /problem/ })
      .waitFor();
    assert.deepEqual(javaScriptEnabled ? await broken(page) : [], []);
    await leave();
  });
}
