import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { logIn, openSite, postsOf, signIn } from '../../support/site.ts';

const site = await openSite();

const SHOULD = { violations: [], foreign: [], errors: [] };

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`${how}: register, log in, write, edit, delete`, async () => {
    const { page, misdeeds, leave } = await site.visit({ javaScriptEnabled });
    const name = javaScriptEnabled ? 'Ada' : 'Grace';
    await page.goto('/register');
    await page.fill('#username', name);
    await page.fill('#email', `${name}@example.com`);
    await page.fill('#password', 'a long password');
    if (!javaScriptEnabled) await page.fill('#confirm_password', 'a long password');
    await page.click('main button:has-text("Register")');
    await says(page, 'Account created successfully! Please login.');

    await logIn(page, { email: `${name}@example.com`, password: 'a long password' });
    await says(page, 'Login successful!');
    await page.click('nav >> text=New Post');
    await page.fill('#title', 'Ink & <paper>');
    await page.fill('#content', 'one\ntwo');
    await page.click('button:text-is("Publish")');
    await says(page, 'Post "Ink & <paper>" created successfully!');
    await becomes(() => page.locator('.prose').textContent(), 'one\ntwo');

    await page.click('text=Edit Post');
    await becomes(() => page.inputValue('#content'), 'one\ntwo');
    await page.fill('#content', 'three');
    await page.click('button:text-is("Publish")');
    await says(page, 'Post updated successfully!');
    await becomes(() => page.locator('.prose').textContent(), 'three');

    await page.click('a:has-text("Delete Post")');
    await page.click('button:has-text("Delete Post")');
    await says(page, 'Post deleted successfully!');
    await page.waitForURL((url) => url.pathname === '/');
    assert.deepEqual(misdeeds, SHOULD);
    await leave();
  });

  test(`${how}: a session that ends while writing loses nothing`, async () => {
    const person = await site.client.register();
    const { page, leave } = await site.visit({ javaScriptEnabled });
    await signIn(page, person);
    await page.goto('/posts/new');
    await page.fill('#title', `Kept ${how}`);
    await page.fill('#content', 'Not lost.');
    await page.context().clearCookies();
    await page.click('button:text-is("Publish")');
    await logIn(page, person);
    if (javaScriptEnabled) {
      await becomes(() => page.inputValue('#content'), 'Not lost.');
      await page.click('button:text-is("Publish")');
    }
    await says(page, `Post "Kept ${how}" created successfully!`);
    await page.goto('/posts/new');
    assert.equal(await page.inputValue('#content'), '');
    await leave();
  });

  test(`${how}: an error is shown beside its field, which keeps its value and gets the focus`, async () => {
    const { username } = await site.client.register();
    const { page, leave } = await site.visit({ javaScriptEnabled });
    await page.goto('/register');
    await page.fill('#username', username.toUpperCase());
    await page.fill('#email', 'new@example.com');
    await page.fill('#password', 'a long password');
    if (!javaScriptEnabled) await page.fill('#confirm_password', 'a long password');
    await page.click('main button:has-text("Register")');
    await page.locator('#username-error').getByText('Username already exists').waitFor();
    await page.locator('#username[aria-invalid=true]').waitFor();
    assert.equal(await page.inputValue('#username'), username.toUpperCase());
    await hasFocus(page, 'username');
    await leave();
  });
}

test('a draft comes back, and is gone once discarded', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, await site.client.register());
  await page.goto('/posts/new');
  await page.fill('#content', 'half a thought');
  await page.reload();
  await becomes(() => page.inputValue('#content'), 'half a thought');
  await page.click('text=Discard draft');
  await becomes(() => page.inputValue('#content'), '');
  await page.reload();
  assert.equal(await page.inputValue('#content'), '');
  await leave();
});

test('a draft is not shown to the next person at the same browser', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, await site.client.register());
  await page.goto('/posts/new');
  await page.fill('#content', 'mine');
  await page.context().clearCookies();
  await signIn(page, await site.client.register());
  await page.goto('/posts/new');
  assert.equal(await page.inputValue('#content'), '');
  await leave();
});

test('errors are shown before anything is sent, and disappear when they are corrected', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/register');
  const posted = postsOf(page);
  await page.fill('#username', 'x'.repeat(51));
  await page.fill('#email', 'nobody');
  await page.fill('#password', 'short');
  await page.keyboard.press('Enter');
  await becomes(
    () => page.locator('.field-error').allTextContents(),
    [
      'Must be at most 50 characters; this is 51.',
      'Please enter an e-mail address, such as name@example.com.',
      'Must be at least 8 characters.',
    ],
  );
  await hasFocus(page, 'username');
  assert.deepEqual(posted, []);
  await page.fill('#username', 'fine');
  await becomes(() => page.locator('#username-error').textContent(), '');
  await leave();
});

test('a failing network is reported, and nothing typed is lost', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/login');
  await page.route('**/login', (route) => route.abort());
  await page.fill('#username', 'a@example.com');
  await page.fill('#password', 'a long password');
  await page.click('main button:has-text("Login")');
  const words = 'Network error. Please check your connection and try again.';
  await page.getByRole('alert').getByText(words).waitFor();
  assert.equal(await page.inputValue('#password'), 'a long password');
  await leave();
});

test('the status message is on the next page before its scripts load', async () => {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await page.goto('/login');
  await page.fill('#username', person.email);
  await page.fill('#password', person.password);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/main-*.js', async (route) => {
    await released;
    await route.continue();
  });
  await page.click('main button:has-text("Login")');
  await page.getByRole('status').getByText('Login successful!').waitFor();
  release();
  await page.waitForURL(({ search }) => search === '');
  await page.reload();
  assert.equal(await page.locator('#status').textContent(), '');
  await leave();
});

test('deleting asks in a dialog that opens on Cancel; Cancel and Escape give the focus back', async () => {
  const person = await site.client.person();
  const post = await site.client.post(person.token);
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto(`/posts/${post.id}`);
  for (const leaveDialog of [
    () => page.click('dialog[open] >> text=Cancel'),
    () => page.keyboard.press('Escape'),
  ]) {
    await page.click('a:has-text("Delete Post")');
    await page.getByRole('dialog', { name: 'Delete Post?' }).waitFor();
    await hasFocus(page, 'Cancel');
    await leaveDialog();
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await hasFocus(page, 'Delete Post');
  }
  await leave();
});
