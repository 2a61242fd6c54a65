import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { broken } from '../../support/browser/axe.ts';
import {
  button,
  cards,
  choose,
  composeWithPictures,
  hold,
  jpeg,
  said,
  text,
  value,
} from '../../support/browser/picture-tray.ts';
import { plain } from '../../support/pictures.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();
const SHOULD = { violations: [], foreign: [], errors: [] };
const PIXEL = (await plain('#00f').png().toBuffer()).toString('base64');

test('pictures are chosen, their references keep their place while one types, and the preview shows them', async () => {
  const { page, misdeeds, leave } = await composeWithPictures(site, {
    viewport: { width: 1440, height: 900 },
  });
  const release = await hold(page);
  await text(page).fill('Before\n\nAfter');
  await text(page).focus();
  await page.evaluate(`document.querySelector('#content').setSelectionRange(6, 6)`);
  await choose(page, [jpeg('one.jpg'), jpeg('two.jpg')]);
  await hasFocus(page, 'content');
  await becomes(() => said(page), 'Uploading 2 pictures.');
  await page.keyboard.type('\n\nTyped');
  assert.match(
    await value(page),
    /^Before\n\n!\[Uploading one\.jpg…\]\(\S+\)\n\n!\[Uploading two\.jpg…\]\(\S+\)\n\nTyped\n\nAfter$/,
  );
  await page.getByRole('progressbar', { name: 'one.jpg' }).waitFor();
  await page.getByText('Waiting').waitFor();
  release();
  await becomes(() => said(page), '2 pictures added.');
  const written = await value(page);
  const [, one, two] = /\/pictures\/(\d+).*\/pictures\/(\d+)/s.exec(written) ?? [];
  assert.equal(
    written,
    `Before\n\n![](/pictures/${one})\n\n![](/pictures/${two})\n\nTyped\n\nAfter`,
  );
  await page.keyboard.type(' more');
  assert.match(await value(page), /Typed more\n\nAfter$/);
  assert.equal(await cards(page).count(), 2);
  await becomes(() => page.locator('.preview img').count(), 2);
  // Undoing brings no placeholder back.
  for (let n = 0; n < 30; n++) await page.keyboard.press('Control+z');
  assert.doesNotMatch(await value(page), /Uploading/);
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('pictures can be dropped and pasted anywhere, and a copied passage stays text', async () => {
  const { page, misdeeds, leave } = await composeWithPictures(site);
  const give = (kind: string, types: Record<string, string>) =>
    page.evaluate(`(() => {
      const data = new DataTransfer();
      for (const [type, value] of Object.entries(${JSON.stringify(types)})) data.setData(type, value);
      const bytes = Uint8Array.from(atob('${PIXEL}'), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], 'a.png', { type: 'image/png' }));
      const event = '${kind}' === 'drop'
        ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    })()`);
  assert.equal(await give('drop', {}), true);
  await becomes(() => cards(page).count(), 1);
  assert.equal(await give('paste', { 'text/html': '<img>' }), true);
  await becomes(() => cards(page).count(), 2);
  assert.equal(await give('paste', { 'text/html': '<b>a</b>', 'text/plain': 'a' }), false);
  assert.equal(await cards(page).count(), 2);
  await leave();
  assert.deepEqual(misdeeds.errors, []);
});

test('by keyboard: choose, describe, move, remove, insert, publish', async () => {
  const { page, misdeeds, leave } = await composeWithPictures(site);
  await page.getByLabel('Title').fill('By keys');
  await text(page).focus();
  await page.keyboard.press('Tab');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles([jpeg('one.jpg'), jpeg('two.jpg')]);
  await hasFocus(page, 'content');
  await becomes(() => said(page), '2 pictures added.');
  const [, one = '', two = ''] =
    /\/pictures\/(\d+).*\/pictures\/(\d+)/s.exec(await value(page)) ?? [];
  // Past the button, to the first alt text.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await hasFocus(page, `alt-${one}`);
  await page.keyboard.type('A [wide] view');
  await page.keyboard.press('Tab');
  await page.keyboard.type('At noon');
  await page.keyboard.press('Enter');
  const first = String.raw`![A \[wide\] view](/pictures/${one} "At noon")`;
  assert.equal(await value(page), `${first}\n\n![](/pictures/${two})\n\n`);
  // Insert, Earlier, Later.
  for (let n = 0; n < 3; n++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await value(page), `![](/pictures/${two})\n\n${first}\n\n`);
  await hasFocus(page, 'Later');
  const order = () =>
    page.evaluate(
      `[...document.querySelectorAll('[data-picture]')].map(({ dataset }) => dataset.picture)`,
    );
  await becomes(order, [two, one]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await value(page), `![](/pictures/${two})\n\n`);
  await hasFocus(page, 'Insert');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'content');
  assert.ok((await value(page)).includes(first));
  // One has no alt text: it is asked for once, and publishing again publishes.
  await page.keyboard.press('Control+Enter');
  await page.getByText('Describe this picture, or say it is decoration.').waitFor();
  await button(page, 'Only decoration: publish').press('Enter');
  await says(page, 'Post "By keys" created successfully!');
  assert.equal(await page.getByAltText('A [wide] view').count(), 1);
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('on a failing line a picture can be tried again, and nothing is published meanwhile', async () => {
  const { page, person, leave } = await composeWithPictures(site);
  let fail = true;
  await page.route('**/pictures', (route) => (fail ? route.abort() : route.continue()));
  await page.getByLabel('Title').fill('Line');
  await text(page).fill('Words');
  await choose(page, [jpeg('one.jpg'), jpeg('bad.jpg', Buffer.from('no picture'))]);
  await page.getByText('Network error. Please check your connection and try again.').waitFor();
  await page.getByText('This file is not a picture.').waitFor();
  await becomes(() => said(page), '2 pictures not added.');
  assert.match(await value(page), /^Words\n\n!\[Uploading one\.jpg…\]\(\S+\)\n\n$/);
  await button(page, 'Publish').first().click();
  await page.getByText('A picture was not uploaded. Try again, or remove it.').waitFor();
  const published = await site.client.api<{ total: number }>(
    'GET',
    `/api/users/${person.id}/posts`,
  );
  assert.equal(published.body.total, 0);
  fail = false;
  await button(page, 'Try again: one.jpg').click();
  await becomes(() => said(page), '1 picture added.');
  assert.match(await value(page), /^Words\n\n!\[\]\(\/pictures\/\d+\)\n\n$/);
  await button(page, 'Remove: bad.jpg').click();
  await becomes(() => page.locator('.tray-upload').count(), 0);
  await leave();
});

test('an upload can be cancelled, which takes its reference away', async () => {
  const { page, leave } = await composeWithPictures(site);
  const release = await hold(page);
  await text(page).fill('Words');
  await choose(page, [jpeg('one.jpg'), jpeg('two.jpg')]);
  await button(page, 'Publish').first().click();
  await page.getByText('Wait until the pictures are uploaded, or cancel them.').waitFor();
  await button(page, 'Cancel: one.jpg').click();
  await hasFocus(page, 'content');
  assert.match(await value(page), /^Words\n\n!\[Uploading two\.jpg…\]\(\S+\)\n\n$/);
  release();
  await becomes(() => said(page), '1 picture added.');
  assert.equal(await cards(page).count(), 1);
  await leave();
});

test('there is no room for a 51st', async () => {
  const { page, leave } = await composeWithPictures(site);
  await choose(page, [jpeg('one.jpg')]);
  await becomes(() => said(page), '1 picture added.');
  const [reference = ''] = /!\[\]\(\/pictures\/\d+\)/.exec(await value(page)) ?? [];
  await text(page).fill(`${reference}\n`.repeat(49));
  await choose(page, [jpeg('50.jpg'), jpeg('51.jpg')]);
  await page.getByText('A post shows at most 50 pictures. Remove one first.').waitFor();
  await becomes(() => cards(page).count(), 2);
  await leave();
});

for (const [width, colorScheme] of [
  [390, 'light'],
  [1440, 'dark'],
] as const) {
  test(`at ${width} px, ${colorScheme}, the pictures of a text have room and no fault`, async () => {
    const { page, misdeeds, leave } = await composeWithPictures(site, {
      viewport: { width, height: 844 },
      colorScheme,
    });
    await choose(page, [jpeg('one.jpg'), jpeg('b.jpg', Buffer.from('no'))]);
    await becomes(() => cards(page).count(), 1);
    await page.getByText('This file is not a picture.').waitFor();
    // Beside the text at a desk; on a phone a button shows it.
    if (width > 390) await page.locator('.prose a.picture').waitFor();
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width);
    assert.deepEqual(await broken(page), []);
    assert.deepEqual(misdeeds, SHOULD);
    await leave();
  });
}

test('without scripts the same form adds pictures', async () => {
  const person = await site.client.register();
  const { page, leave } = await site.visit({ javaScriptEnabled: false });
  await signIn(page, person);
  await page.goto('/posts/new');
  await page.getByLabel('Title').fill('Plain');
  await page.getByLabel('Picture files').setInputFiles([jpeg('one.jpg'), jpeg('two.jpg')]);
  await button(page, 'Add pictures').click();
  await says(page, 'Pictures added at the end of the text. Describe them below.');
  await page.getByLabel('Alt text').first().fill('First');
  await page.getByLabel('Caption').last().fill('Second');
  // Enter in a field saves.
  await page.getByLabel('Caption').last().press('Enter');
  await says(page, 'Draft saved.');
  assert.match(
    await value(page),
    /^!\[First\]\(\/pictures\/\d+\)\n\n!\[\]\(\/pictures\/\d+ "Second"\)\n$/,
  );
  await button(page, 'Publish').last().click();
  await page.getByText('Describe this picture, or say it is decoration.').waitFor();
  await button(page, 'Only decoration: publish').click();
  await says(page, 'Post "Plain" created successfully!');
  assert.equal(await page.locator('.prose img').count(), 2);
  await leave();
});
