import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAPER } from '../../../src/views/faces/colours.ts';
import { openMenu } from '../../support/browser/menu.ts';
import { becomes, ready, says, settled } from '../../support/awaited.ts';
import { openSite, postsOf, signIn } from '../../support/site.ts';

const site = await openSite();

test('the first post replaces the invitation', async () => {
  const person = await site.client.person('First');
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/');
  await page.getByRole('link', { name: 'Write the first post' }).click();
  await page.getByLabel('Title').fill('The first');
  await page.getByLabel('Content').fill('One.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "The first" created successfully!');
  await page.goto('/');
  await becomes(() => page.locator('article h2').allTextContents(), ['The first']);
  assert.equal(await page.getByText('There are no posts here yet.').count(), 0);
  assert.equal(await page.getByRole('navigation', { name: 'Pages' }).count(), 0);
  await leave();
});

test('names of fifty letters, of emoji, and from right to left keep their own direction', async () => {
  const names = [
    'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh'.slice(0, 50),
    '👩🏽‍🚀🏳️‍🌈',
    'مريم العلي',
  ];
  for (const name of names) {
    const person = await site.client.person(name);
    const title = `${name} writes`;
    const post = await site.client.post(person.token, title, `${name}\n${'text '.repeat(50)}`);
    const { page, leave } = await site.visit({ viewport: { width: 320, height: 640 } });
    await signIn(page, person);
    for (const path of ['/', `/posts/${post.id}`, `/users/${person.id}/posts`, '/account']) {
      await page.goto(path);
      await settled(page);
      const cut = `[...document.querySelectorAll('main *')].filter((one) =>
        one.checkVisibility() && !one.closest('.visually-hidden')
          && one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML.slice(0, 90))`;
      assert.deepEqual(await page.evaluate(cut), [], path);
    }
    await page.goto(`/posts/${post.id}`);
    const author = page.locator('.byline .author');
    assert.equal(await author.locator('bdi').textContent(), name);
    // The name is beside the face, in either writing direction.
    const [face, bdi] = [
      await author.locator('.face').boundingBox(),
      await author.locator('bdi').boundingBox(),
    ];
    assert.ok((bdi?.x ?? 0) >= (face?.x ?? 0) + (face?.width ?? 0), name);
    const direction = await page
      .locator('h1')
      .evaluate((one) => (globalThis as unknown as Global).getComputedStyle(one).direction);
    assert.equal(direction, name.startsWith('م') ? 'rtl' : 'ltr', name);
    await leave();
  }
});

test('in a post of two scripts each line begins on its own side', async () => {
  const person = await site.client.person();
  const text = 'كتبت هذا من اليمين.\nThis from the left.\n\nמימין\n\nAnd this.';
  const { id } = await site.client.post(person.token, 'Both', text);
  const { page, leave } = await site.visit();
  await page.goto(`/posts/${id}`);
  await settled(page);
  const sides = await page.evaluate(`{
    const box = document.querySelector('.prose').getBoundingClientRect();
    [...document.querySelectorAll('.prose p')].flatMap((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return [...range.getClientRects()].filter(({ width }) => width > 1).map(({ left, right }) =>
        Math.abs(left - box.left) < 1 ? 'left' : Math.abs(right - box.right) < 1 ? 'right' : left);
    });
  }`);
  assert.deepEqual(sides, ['right', 'left', 'right', 'left']);
  await leave();
});

interface Global {
  getComputedStyle: (of: unknown) => { direction: string };
}

test('a post of a hundred kilobytes is written, read and changed', async () => {
  const person = await site.client.person();
  const content = 'A line of many, with an é and a 🖋.\n'.repeat(2700);
  assert.ok(Buffer.byteLength(content) > 100_000);
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/posts/new');
  await ready(page);
  await page.getByLabel('Title').fill('Long '.repeat(20));
  await page.getByLabel('Written as').selectOption('Plain text');
  // Inserted by script: typing it line by line takes half a minute.
  await page.evaluate(`{
    const area = document.querySelector('#content');
    area.value = ${JSON.stringify(content)};
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }`);
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('link', { name: 'Edit Post' }).waitFor();
  await becomes(() => page.locator('.prose').textContent(), content);
  await page.getByRole('link', { name: 'Edit Post' }).click();
  await becomes(() => page.getByLabel('Content').inputValue(), content);
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post updated successfully!');
  await becomes(() => page.locator('.prose').textContent(), content);
  await leave();
});

test('on a slow line a form shows that it is being sent, and a second press does nothing', async () => {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/posts/new');
  await ready(page);
  await page.getByLabel('Title').fill('Slowly');
  await page.getByLabel('Content').fill('but surely');
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/posts/new', async (route) => {
    if (route.request().method() === 'POST') await released;
    await route.continue();
  });
  const posted = postsOf(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.locator('form[aria-busy=true]').waitFor();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('button', { name: 'Publish' }).press('Enter');
  release();
  await says(page, 'Post "Slowly" created successfully!');
  assert.deepEqual(posted, [`${site.url}/posts/new`]);
  await leave();
});

test('Back after a post leads to an empty form, and Forward to the post again', async () => {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/posts/new');
  await ready(page);
  await page.getByLabel('Title').fill('Sent');
  await page.getByLabel('Content').fill('once');
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post "Sent" created successfully!');
  const posted = postsOf(page);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'New Post' }).waitFor();
  assert.equal(await page.getByText('Your unsent draft of').count(), 0);
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: 'Sent' }).waitFor();
  // The status message is shown once.
  await ready(page);
  await becomes(() => page.locator('#status').textContent(), '');
  assert.deepEqual(posted, []);
  await leave();
});

test('Back after logging out shows nobody’s account', async () => {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/account');
  await ready(page);
  await openMenu(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await says(page, 'You have been logged out.');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Login' }).waitFor();
  assert.equal(await page.getByText(person.email).count(), 0);
  await leave();
});

test('after a logout in one tab, the other says so when it saves, and keeps the text', async () => {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/posts/new');
  await ready(page);
  await page.getByLabel('Title').fill('In the first tab');
  await page.getByLabel('Content').fill('Not lost.');
  const other = await page.context().newPage();
  await other.goto('/account');
  await openMenu(other);
  await other.getByRole('button', { name: 'Log out', exact: true }).click();
  await other.getByRole('button', { name: 'Keep and log out' }).click();
  await says(other, 'You have been logged out.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('heading', { level: 1, name: 'Login' }).waitFor();
  await says(page, 'Please log in again. What you wrote is kept in this browser.');
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Login' }).click();
  await becomes(() => page.getByLabel('Title').inputValue(), 'In the first tab');
  await becomes(() => page.getByLabel('Content').inputValue(), 'Not lost.');
  await leave();
});

test('the bars around a page have the colour of the theme that was chosen', async () => {
  const { page, leave } = await site.visit({ colorScheme: 'light' });
  await page.goto('/login');
  await ready(page);
  const bars = () =>
    page.evaluate(`[...document.querySelectorAll('meta[name=theme-color]')]
      .filter(({ media }) => matchMedia(media).matches).map(({ content }) => content)`);
  await becomes(bars, [PAPER.light]);
  for (const theme of ['dark', 'light', 'dark'] as const) {
    await page.getByLabel('Theme').selectOption(theme);
    await becomes(bars, [PAPER[theme]]);
  }
  await page.goto('/register');
  await becomes(bars, [PAPER.dark]);
  await page.getByLabel('Theme').selectOption('auto');
  await becomes(bars, [PAPER.light]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await becomes(bars, [PAPER.dark]);
  await leave();
});
