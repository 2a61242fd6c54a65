import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken } from '../support/browser/axe.ts';
import { becomes, says } from '../support/awaited.ts';
import { commentsOn, newComment } from '../support/comments.ts';
import { pressKeyOn } from '../support/browser/keyboard.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();

const SHOULD = { violations: [], foreign: [], errors: [] };
const { client } = site;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const texts = async (id: number) => (await commentsOn(client, id)).map(({ content }) => content);

async function commentedPost() {
  const { id } = await client.post(ann.token, 'Soup', 'Cut the leeks.\n\nFry them.');
  const { id: first } = await newComment(client, ann.token, id, { content: 'Any questions?' });
  return { id, first };
}

test('with scripts, a comment and a reply appear in place and have the focus', async () => {
  const { id, first } = await commentedPost();
  const { page, misdeeds, leave } = await site.visit();
  await signIn(page, bob);
  await page.goto(`/posts/${id}`);
  await page.fill('#comment-content', 'How *many* leeks?');
  await page.click('text=Post comment');
  const focus = () => page.evaluate('document.activeElement?.textContent');
  const focused = async (words: string) =>
    becomes(async () => String(await focus()).includes(words), true);
  await focused('How many leeks?');
  assert.equal(await page.textContent('#comments-title'), '2 comments');
  assert.equal(await page.inputValue('#comment-content'), '');

  await page.click(`a[data-reply="${first}"]`);
  await page.keyboard.type('None');
  await page.click('text=Post comment');
  await focused('None');
  await page.locator(`#comment-${first} + form`).waitFor({ state: 'detached' });
  assert.equal(await page.locator('.replies .comment h4').count(), 1);
  assert.deepEqual(await texts(id), ['Any questions?', 'How *many* leeks?', 'None']);

  await page.fill('#comment-content', 'https://a.example '.repeat(6));
  await page.click('text=Post comment');
  await becomes(
    () => page.textContent('#comment-content-error'),
    'A comment has at most 5 links, this one 6',
  );
  await page.selectOption('#comment-about', { label: '“Fry them.”' });
  await page.fill('#comment-content', 'In butter?');
  await page.click('text=Post comment');
  await page.waitForURL(/until=\d+#comment-\d+$/);
  await page.locator('.paragraph-mark').getByText('1 comment').waitFor();
  assert.deepEqual(await broken(page), []);
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('without scripts: comment, reply, change, delete', async () => {
  const { id } = await commentedPost();
  const { page, misdeeds, leave } = await site.visit({ javaScriptEnabled: false });
  await signIn(page, bob);
  await page.goto(`/posts/${id}`);
  await page.fill('#comment-content', 'How many?');
  await page.click('text=Post comment');
  await says(page, 'Comment posted.');
  assert.match(new URL(page.url()).hash, /^#comment-\d+$/);
  await page.click('text=Reply >> nth=0');
  await page.getByRole('heading', { level: 1, name: 'Reply to Ann' }).waitFor();
  await page.fill('#comment-content', 'Yes: how many?');
  await page.click('text=Post comment');
  await says(page, 'Comment posted.');
  await page.locator('.replies').getByText('Edit').click();
  await page.fill('#content', 'Yes.');
  await page.click('text=Save');
  await says(page, 'Comment saved.');
  await page.locator('.replies').getByText('Delete').click();
  await page.locator('button:has-text("Delete"):visible').click();
  await says(page, 'Comment deleted.');
  assert.deepEqual(await texts(id), ['Any questions?', 'How many?']);
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});

test('by keyboard alone: reply, give up, reply', async () => {
  const { id } = await commentedPost();
  const { page, misdeeds, leave } = await site.visit({ viewport: { width: 1280, height: 800 } });
  await signIn(page, bob);
  await page.goto(`/posts/${id}`);
  await pressKeyOn(page, 'Reply to Ann');
  await page.keyboard.type('Not sent');
  await pressKeyOn(page, 'Cancel');
  await becomes(() => page.evaluate('document.activeElement?.textContent'), 'Reply');
  await page.keyboard.press('Enter');
  await becomes(() => page.evaluate('document.activeElement?.id'), 'comment-content');
  await page.keyboard.type(', but now');
  await pressKeyOn(page, 'Post comment');
  await page.locator('.replies .comment').waitFor();
  assert.deepEqual(await texts(id), ['Any questions?', 'Not sent, but now']);
  assert.deepEqual(await broken(page), []);
  assert.deepEqual(misdeeds, SHOULD);
  await leave();
});
