import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { compose, preview, text, tool } from '../../support/browser/compose.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();
const SHOULD = { violations: [], foreign: [], errors: [] };
const DESK = { viewport: { width: 1440, height: 900 } };

const select = (page: Page, from: number, to: number) =>
  page.evaluate(`document.querySelector('#content').setSelectionRange(${from}, ${to})`);
const onTool = (page: Page, name: string) =>
  becomes(() => page.evaluate<string>('document.activeElement.ariaLabel'), name);

test('one writes from the title on, with the keyboard alone', async () => {
  const { page, misdeeds, leave } = await compose(site);
  await hasFocus(page, 'title');
  await page.keyboard.type('By keys');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'content');
  await page.keyboard.type('one ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('two');
  await page.keyboard.press('Control+b');
  await page.keyboard.type(' ');
  await page.keyboard.press('Control+i');
  await page.keyboard.type('three');
  assert.equal(await text(page).inputValue(), 'one **two** *three*');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('four');
  assert.equal(await text(page).inputValue(), 'one **two** *three*\n[four](https://)');
  // Tab leaves the text, as everywhere.
  await page.keyboard.press('Tab');
  await hasFocus(page, 'Add pictures');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Control+Enter');
  await says(page, 'Post "By keys" created successfully!');
  await page.locator('.prose strong').getByText('two').waitFor();
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('lists and quotes continue on Enter and end on an empty item', async () => {
  const { page, leave } = await compose(site);
  await text(page).focus();
  const lines = [
    '- one',
    'two',
    '',
    '1. a',
    'b',
    '',
    '- [x] done',
    'todo',
    '',
    '> said',
    'more',
    '',
  ];
  for (const line of lines) {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.type('end');
  const written = '- one\n- two\n\n1. a\n2. b\n\n- [x] done\n- [ ] todo\n\n> said\n> more\n\nend';
  assert.equal(await text(page).inputValue(), written);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('- x');
  await page.keyboard.press('Shift+Enter');
  assert.equal(await text(page).inputValue(), `${written}\n- x\n`);
  await leave();
});

test('whatever a tool or a key does can be undone, step by step', async () => {
  const { page, leave } = await compose(site);
  await text(page).focus();
  await page.keyboard.type('some words');
  await select(page, 5, 10);
  await tool(page, 'Bold').click();
  await tool(page, 'Italic').click();
  await tool(page, 'List').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const steps = [
    '- some ***words***\n- ',
    '- some ***words***',
    'some ***words***',
    'some **words**',
    'some words',
  ];
  assert.equal(await text(page).inputValue(), steps[0]);
  for (const step of steps.slice(1)) {
    await page.keyboard.press('Control+z');
    assert.equal(await text(page).inputValue(), step);
  }
  for (const step of steps.toReversed().slice(1)) {
    await page.keyboard.press('Control+Shift+z');
    assert.equal(await text(page).inputValue(), step);
  }
  await leave();
});

test('the toolbar is one stop of Tab; arrow keys, Home and End move in it, and it tells what is on', async () => {
  const { page, leave } = await compose(site);
  await page.keyboard.press('Tab');
  const names = ['Bold', 'Italic', 'Link', 'Heading', 'List', 'Numbered list', 'Quote', 'Code'];
  await page.getByRole('toolbar', { name: 'Formatting' }).waitFor();
  for (const name of names) {
    await onTool(page, name);
    await page.keyboard.press('ArrowRight');
  }
  await onTool(page, 'Bold');
  await page.keyboard.press('ArrowLeft');
  await onTool(page, 'Code');
  await page.keyboard.press('Home');
  await onTool(page, 'Bold');
  await page.keyboard.press('End');
  await page.keyboard.press('Tab');
  await hasFocus(page, 'content');
  // Where one was comes back.
  await page.keyboard.press('Shift+Tab');
  await onTool(page, 'Code');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'content');
  await page.keyboard.type('bold');
  const pressed = (name: string) => tool(page, name).getAttribute('aria-pressed');
  await becomes(() => pressed('Bold'), 'true');
  assert.equal(await pressed('Italic'), 'false');
  assert.equal(await pressed('Link'), null, 'it is not a switch');
  assert.equal(await tool(page, 'Bold').getAttribute('aria-keyshortcuts'), 'Control+B');
  await leave();
});

test('an address pasted on words makes a link of them, anywhere else it is pasted', async () => {
  const { page, leave } = await compose(site, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await text(page).fill('some words');
  await page.evaluate(`navigator.clipboard.writeText('https://a.example/b')`);
  await select(page, 5, 10);
  await page.keyboard.press('Control+v');
  assert.equal(await text(page).inputValue(), 'some [words](https://a.example/b)');
  await page.keyboard.press('Control+z');
  assert.equal(await text(page).inputValue(), 'some words');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+v');
  assert.equal(await text(page).inputValue(), 'some wordshttps://a.example/b');
  await leave();
});

test('in plain text there are no tools, and nothing is continued', async () => {
  const { page, leave } = await compose(site);
  await page.getByLabel('Written as').selectOption('Plain text');
  await page.locator('.tools').waitFor({ state: 'hidden' });
  await text(page).focus();
  await page.keyboard.type('- one');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+b');
  assert.equal(await text(page).inputValue(), '- one\n');
  await page.getByLabel('Written as').selectOption('Markdown');
  await page.locator('.tools').waitFor();
  await leave();
});

test('what an input method composes is not disturbed', async () => {
  const { page, leave } = await compose(site);
  await text(page).fill('- ');
  await text(page).focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  });
  assert.equal(await text(page).inputValue(), '- にほん');
  // Enter takes the word that is composed.
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 };
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await session.send('Input.insertText', { text: '日本' });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  assert.equal(await text(page).inputValue(), '- 日本');
  await page.keyboard.press('Enter');
  assert.equal(await text(page).inputValue(), '- 日本\n- ');
  // Nor does it leave the title.
  await page.getByLabel('Title').focus();
  await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
  await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  await hasFocus(page, 'title');
  await leave();
});

test('the text grows, and the buttons stay in reach', async () => {
  for (const size of [
    { width: 390, height: 844 },
    // With its keyboard.
    { width: 390, height: 400 },
    DESK.viewport,
  ]) {
    const { page, leave } = await compose(site, { viewport: size });
    await text(page).fill('A line of text.\n'.repeat(200));
    const [inner, outer] = await page.evaluate<[number, number]>(
      `(({ scrollHeight, clientHeight }) => [scrollHeight, clientHeight])(document.querySelector('#content'))`,
    );
    assert.ok(outer > 200 * 16 && inner <= outer, `${inner} in ${outer}`);
    for (const where of [0, 2000, 1e6]) {
      await page.evaluate(`scrollTo(0, ${where})`);
      for (const name of ['Preview', 'Publish']) {
        const box = await tool(page, name).boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= size.height, `${name} at ${where}`);
      }
    }
    await leave();
  }
});

test('if the tools do not load, the plain form works', async () => {
  const visit = await site.visit();
  const { page } = visit;
  await signIn(page, await site.client.register());
  await page.route('**/composer-*.js', (route) => route.abort());
  await page.goto('/posts/new');
  await page.locator('html:not(.scripts)').waitFor();
  assert.equal(await page.locator('.tools').isVisible(), false);
  await page.getByLabel('Title').fill('Plain');
  await text(page).fill('*x*');
  await tool(page, 'Preview').click();
  await preview(page).locator('em').waitFor();
  await tool(page, 'Publish').click();
  await says(page, 'Post "Plain" created successfully!');
  await visit.leave();
});
