import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openMenu } from '../../support/browser/menu.ts';
import { becomes, goOffline, hasFocus, ready, says } from '../../support/awaited.ts';
import type { Person } from '../../support/client.ts';
import { logIn, openSite, postsOf, signIn } from '../../support/site.ts';

const site = await openSite();

const NETWORK_ERROR = 'Network error. Please check your connection and try again.';

/** A page of a new signed-in user. */
async function begin(): Promise<{ page: Page; person: Person; leave: () => Promise<void> }> {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  return { page, person, leave };
}

test('a double click on a button sends its form once', async () => {
  const { page, leave } = await begin();
  await page.goto('/posts/new');
  await page.fill('#title', 'Twice');
  await page.fill('#content', 'clicked');
  const posted = postsOf(page);
  await page.getByRole('button', { name: 'Publish' }).dblclick();
  await says(page, 'Post "Twice" created successfully!');
  assert.deepEqual(posted, [`${site.url}/posts/new`]);
  await leave();
});

test('a form that is sent again before the next page loads is not posted', async () => {
  const { page, leave } = await begin();
  await page.goto('/posts/new');
  await page.fill('#title', 'Once');
  await page.fill('#content', 'clicked again');
  const posted = postsOf(page);
  await page.evaluate(`{
    const form = document.querySelector('form[data-draft]');
    form.addEventListener('accepted', () => form.requestSubmit(), { once: true });
  }`);
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "Once" created successfully!');
  assert.deepEqual(posted, [`${site.url}/posts/new`]);
  await leave();
});

test('a draft survives a logout and another user’s login, and is removed once it is sent', async () => {
  const { page, person, leave } = await begin();
  await page.goto('/posts/new');
  await page.fill('#title', 'Half');
  await page.fill('#content', 'written\nin two sittings');
  await page.goto('/account');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('button', { name: 'Keep and log out' }).click();
  await says(page, 'You have been logged out.');
  await signIn(page, await site.client.person());
  await page.goto('/posts/new');
  assert.equal(await page.inputValue('#title'), '');
  await page.goto('/account');
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await says(page, 'You have been logged out.');
  await signIn(page, person);
  await page.goto('/posts/new');
  await page.getByText(/^Your unsent draft of .* is back\./).waitFor();
  await becomes(() => page.inputValue('#title'), 'Half');
  await becomes(() => page.inputValue('#content'), 'written\nin two sittings');
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "Half" created successfully!');
  await page.goto('/posts/new');
  assert.equal(await page.inputValue('#title'), '');
  await leave();
});

test('a network failure while a post is sent loses nothing, and the next try works', async () => {
  const { page, leave } = await begin();
  await page.goto('/posts/new');
  await page.fill('#title', 'On a train');
  await page.fill('#content', 'in a tunnel');
  await goOffline(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('alert').getByText(NETWORK_ERROR).waitFor();
  assert.equal(await page.inputValue('#content'), 'in a tunnel');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "On a train" created successfully!');
  await leave();
});

test('a message is shown once, and not when the page is reloaded or shared', async () => {
  const { page, leave } = await begin();
  await page.goto('/?done=login');
  await says(page, 'Login successful!');
  await page.waitForURL(({ search }) => search === '');
  await page.reload();
  assert.equal(await page.locator('#status').textContent(), '');
  await leave();
});

test('a password can be shown, and is hidden again when it is sent', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/login');
  const types = () =>
    page.locator('#password').evaluate((input) => (input as unknown as { type: string }).type);
  await page.fill('#username', 'nobody@example.com');
  await page.fill('#password', 'to be seen');
  await page.getByRole('button', { name: 'Show password' }).click();
  await becomes(types, 'text');
  assert.equal(await page.inputValue('#password'), 'to be seen');
  await page.getByRole('button', { name: 'Hide password' }).click();
  await becomes(types, 'password');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByRole('alert').getByText('Incorrect email or password').waitFor();
  await becomes(types, 'password');
  await leave();
});

test('a failed deletion says so in its dialog, which stays open', async () => {
  const { page, person, leave } = await begin();
  const { id } = await site.client.post(person.token, 'Stays');
  await page.goto(`/posts/${id}`);
  await page.getByRole('link', { name: 'Delete Post' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Post?' });
  await goOffline(page);
  await dialog.getByRole('button', { name: 'Delete Post' }).click();
  await dialog.getByText(NETWORK_ERROR).waitFor();
  await page.context().setOffline(false);
  await dialog.getByRole('button', { name: 'Delete Post' }).click();
  await says(page, 'Post deleted successfully!');
  await leave();
});

test('an account is deleted after its dialog has named what will be deleted', async () => {
  const { page, person, leave } = await begin();
  await site.client.post(person.token);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Delete Account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Account?' });
  for (const words of [person.username, person.email, 'your 1 post']) {
    await dialog.getByText(words).waitFor();
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Delete Account' }).click();
  await dialog.getByRole('button', { name: 'Delete Account' }).click();
  await dialog.getByText('Please fill in this field.').waitFor();
  await dialog.getByLabel('Current Password').fill('a wrong one');
  await dialog.getByRole('button', { name: 'Delete Account' }).click();
  await dialog.getByText('Current password is incorrect').waitFor();
  await hasFocus(page, 'delete_password');
  await dialog.getByLabel('Current Password').fill(person.password);
  await dialog.getByRole('button', { name: 'Delete Account' }).click();
  await says(page, 'Your account has been deleted.');
  await page.getByRole('link', { name: 'Login' }).waitFor();
  await leave();
});

test('without scripts, too, the error on the account page has the focus', async () => {
  const person = await site.client.register();
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await signIn(page, person);
  await page.goto('/account');
  await page.fill('#username', 'x'.repeat(51));
  await page.getByRole('button', { name: 'Update Profile' }).click();
  await page.getByText('Must be at most 50 characters.').waitFor();
  await hasFocus(page, 'username');
  await leave();
});

test('the password is asked for once the address differs, beside its field, and without scripts always', async () => {
  const { page, person, leave } = await begin();
  await page.goto('/account');
  await ready(page);
  const form = page.locator('form[action="/account"]');
  const password = form.getByLabel('Current Password');
  await password.waitFor({ state: 'hidden' });
  await form.getByLabel('Email').fill('elsewhere@example.com');
  await password.waitFor();
  await form.getByLabel('Email').fill(person.email.toUpperCase());
  await password.waitFor({ state: 'hidden' });
  await form.getByLabel('Email').fill('elsewhere@example.com');
  await form.getByRole('button', { name: 'Update Profile' }).click();
  await form.getByText('Please enter your current password').waitFor();
  await hasFocus(page, 'profile_password');
  await password.fill(person.password);
  await form.getByRole('button', { name: 'Update Profile' }).click();
  await says(page, 'Profile updated successfully!');
  await becomes(() => page.inputValue('#email'), 'elsewhere@example.com');
  await leave();

  const plain = await site.visit({ javaScriptEnabled: false });
  await signIn(plain.page, { ...person, email: 'elsewhere@example.com' });
  await plain.page.goto('/account');
  await plain.page.locator('form[action="/account"]').getByLabel('Current Password').waitFor();
  await plain.leave();
});

test('a question opens with the focus on the harmless answer', async () => {
  const { page, person, leave } = await begin();
  const { id } = await site.client.post(person.token);
  for (const [path, link, focus] of [
    [`/posts/${id}`, 'Delete Post', 'Cancel'],
    ['/account', 'Delete Account', 'delete_password'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('link', { name: link }).click();
    await page.getByRole('dialog').waitFor();
    await hasFocus(page, focus);
  }
  await leave();
});

test('a tab that chooses a theme tells the others', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  const other = await page.context().newPage();
  await other.goto('/login');
  await page.getByLabel('Theme').selectOption('dark');
  await other.locator('html[data-theme=dark]').waitFor();
  await becomes(() => other.getByLabel('Theme').inputValue(), 'dark');
  await leave();
});

test('a tab never acts for a user who signed in in another tab', async () => {
  const { page, person, leave } = await begin();
  await page.goto('/account');
  await page.getByRole('link', { name: 'Delete Account' }).click();
  await page.getByRole('dialog').getByText(person.email).waitFor();
  const other = await page.context().newPage();
  const somebody = await site.client.person();
  await page.context().clearCookies();
  await other.goto('/login');
  await logIn(other, somebody);
  await becomes(() => page.inputValue('#email'), somebody.email);
  assert.equal(await page.getByRole('dialog').count(), 0);
  // The same user may have any number of tabs.
  await page.fill('#username', 'not yet saved');
  await other.reload();
  await other.goto('/posts/new');
  await ready(other);
  assert.equal(await page.inputValue('#username'), 'not yet saved');
  await leave();
});
