import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, hasFocus, ready, says } from '../support/awaited.ts';
import { photo } from '../support/pictures.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { resetToken } from '../support/servers/outbox.ts';
import { pressKeyOn, tabTo, writeInto } from '../support/browser/keyboard.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();

const DESK = { viewport: { width: 1280, height: 800 } };

test('by keyboard alone: change name, password and picture, end sessions, delete the account', async () => {
  const person = await site.client.person('Keys');
  const body = fileBody(await photo({ width: 300, height: 300 }));
  const sent = { token: person.token, body, headers: MULTIPART };
  await site.client.api('PATCH', `/api/users/${person.id}/picture`, sent);
  const other = await site.visit();
  await signIn(other.page, person);
  const { page, leave } = await site.visit(DESK);
  const { keyboard } = page;
  await signIn(page, person);
  const account = async () => {
    await page.goto('/account');
    await page.locator('#change-picture:enabled').waitFor();
  };
  await account();
  await writeInto(page, 'Username', 'Other keys');
  await keyboard.press('Enter');
  await says(page, 'Profile updated successfully!');
  await account();
  await writeInto(page, 'Current Password', person.password);
  await writeInto(page, 'New Password', 'quite another one');
  await keyboard.press('Enter');
  await says(page, 'Password changed successfully!');

  await account();
  await pressKeyOn(page, 'Remove');
  await page.getByRole('dialog', { name: 'Remove your picture?' }).waitFor();
  await hasFocus(page, 'Cancel');
  await keyboard.press('Escape');
  await hasFocus(page, 'Remove');
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Remove your picture?' }).waitFor();
  await hasFocus(page, 'Cancel');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await says(page, 'Profile picture removed.');
  await becomes(() => page.locator('nav img.face').count(), 0);

  await account();
  await pressKeyOn(page, 'Delete Account');
  await page.getByRole('dialog', { name: 'Delete Account?' }).waitFor();
  await hasFocus(page, 'delete_password');
  await keyboard.insertText('quite another one');
  await tabTo(page, 'Delete Account');
  await keyboard.press('Enter');
  await says(page, 'Your account has been deleted.');
  await other.leave();
  await leave();
});

test('by keyboard alone: a reader chooses a theme, reads on, and opens a post and its author', async () => {
  const { token } = await site.client.person('Ada');
  for (let number = 1; number <= 11; number += 1) {
    await site.client.post(token, `Post ${number}`);
  }
  const { page, leave } = await site.visit({ ...DESK, colorScheme: 'light' });
  const { keyboard } = page;
  await page.goto('/');
  await ready(page);
  for (;;) {
    await keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement.id === 'theme'`)) break;
  }
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await becomes(() => page.locator('html').getAttribute('data-theme'), 'dark');
  await pressKeyOn(page, 'Load More Posts');
  await page.getByRole('link', { name: 'Post 1', exact: true }).waitFor();
  await hasFocus(page, 'Post 1');
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Post 1' }).waitFor();
  await pressKeyOn(page, 'All posts by Ada', 'Posts by Ada');
  assert.equal(new URL(page.url()).pathname.startsWith('/users/'), true);
  await leave();
});

test('by keyboard alone: request a reset link; a used link says so', async () => {
  const { page, leave } = await site.visit(DESK);
  const { keyboard } = page;
  await page.goto('/login');
  await pressKeyOn(page, 'Forgot password?', 'Forgot Password');
  await writeInto(page, 'Email', 'nobody@example.com');
  await keyboard.press('Enter');
  await says(
    page,
    'If an account exists with this email, its reset link now waits for you with the host: this site sends no e-mail.',
  );
  await page.goto('/reset-password?token=spent');
  await pressKeyOn(page, 'Send a new link', 'Forgot Password');
  await leave();
});

test('by keyboard alone: other browsers are logged out, and a reset link sets a new password', async () => {
  const person = await site.client.person('Two browsers');
  const other = await site.visit();
  await signIn(other.page, person);
  const { page, leave } = await site.visit(DESK);
  const { keyboard } = page;
  await signIn(page, person);
  await page.goto('/account');
  await page.locator('#change-picture:enabled').waitFor();
  await pressKeyOn(page, 'Log out everywhere else');
  await says(page, 'All other browsers have been logged out.');
  await other.page.goto('/account');
  await other.page.getByRole('heading', { level: 1, name: 'Login' }).waitFor();
  await other.leave();

  await page.goto('/forgot-password');
  await writeInto(page, 'Email', person.email);
  // The mail may be written before its sender is answered.
  const answered = page.waitForEvent('load');
  await keyboard.press('Enter');
  await answered;
  const token = await resetToken(site.server.dataDir, person.email);
  await page.goto(`/reset-password?token=${token}`);
  await writeInto(page, 'New Password', 'quite another one');
  await keyboard.press('Enter');
  await says(page, 'Password reset successfully. You can now log in with your new password.');
  await writeInto(page, 'Email', person.email);
  await writeInto(page, 'Password', 'quite another one');
  await keyboard.press('Enter');
  await says(page, 'Login successful!');
  await leave();
});

test('nothing in the composer that gets the focus is hidden by its bars', async () => {
  const person = await site.client.person();
  const { page, leave } = await site.visit({ viewport: { width: 390, height: 640 } });
  await signIn(page, person);
  await page.goto('/posts/new');
  await ready(page);
  await page.getByLabel('Content').fill('A line.\n\n'.repeat(40));
  const seen = new Set<string>();
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    const [name, hidden] = await page.evaluate<[string, boolean]>(`(() => {
      const one = document.activeElement;
      const { top, bottom, left, width } = one.getBoundingClientRect();
      const at = (y) => document.elementFromPoint(left + width / 2, y)?.closest('.composer-bar, .tools');
      const bars = [at(top + 2), at(bottom - 2)].filter((bar) => bar && !bar.contains(one));
      return [one.outerHTML.slice(0, 60), bars.length > 0 && one.id !== 'content'];
    })()`);
    seen.add(name);
    assert.equal(hidden, false, name);
  }
  assert.ok(seen.size > 15);
  await leave();
});
