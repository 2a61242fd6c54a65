import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasFocus, becomes, settled } from '../support/awaited.ts';
import { newComment } from '../support/comments.ts';
import { newDraft } from '../support/drafts.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();
const person = await site.client.person('A name of many letters, just not fifty of them');
const unbroken = 'Donaudampfschifffahrtsgesellschaft'.repeat(2);
await site.client.post(person.token, 'Ink');
const tagged = { title: 'Tides', content: 'text', tags: ['a', unbroken.slice(0, 40)] };
await site.client.api('POST', '/api/posts', { token: person.token, json: tagged });
const { id: draft } = await newDraft(site.client, person.token, { title: unbroken });
const { id: post } = await site.client.post(person.token, unbroken, 'text '.repeat(500));
await newComment(site.client, person.token, post, { content: 'A comment' });

/**
 * Targets too small for a finger: below 44 px in one direction. The skip link is for keys; a text is
 * in lines.
 */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, input, select, textarea')]
  .filter((one) => one.checkVisibility() && one.className !== 'skip' && !one.closest('.prose'))
  .filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return width < 43.5 || height < 43.5;
  })
  .map((one) => one.outerHTML.slice(0, 120))`;

const month = `/archive/${new Date().toISOString().slice(0, 7).replace('-', '/')}`;
const OPEN = [
  '/',
  '/login',
  '/register',
  '/forgot-password',
  '/reset-password?token=t',
  '/help/writing',
  '/search',
  '/search?q=ink+OR+text',
  '/search?q=in%3Atitle+ink',
  '/search?q=-x',
  '/follow',
  '/people',
  '/tags',
  '/tags/a',
  '/tags/a/follow',
  '/archive',
  month,
  '/users/1/archive',
  '/tags/a/archive',
  '/join/used',
  '/owner/used',
  '/nowhere',
];
const SIGNED_IN = () => [
  '/',
  `/posts/${post}`,
  `/posts/${post}/unpublish`,
  `/posts/${post}/history`,
  `/users/${person.id}/posts`,
  `/users/${person.id}/follow`,
  '/drafts',
  `/drafts/${draft}`,
  `/drafts/${draft}/share`,
  `/drafts/${draft}/delete`,
  `/drafts/${draft}/history`,
  '/admin/log',
  '/posts/new',
  `/posts/${post}/edit`,
  `/posts/${post}/delete`,
  '/account',
  '/account/delete',
  '/account/feeds',
  '/notices',
  '/account/picture/delete',
];

test('on a small phone nothing is wider than the screen, and every target is 44 px', async () => {
  const { page, leave } = await site.visit({
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  const look = async (path: string) => {
    await page.goto(path);
    await settled(page);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, path);
    assert.deepEqual(await page.evaluate(SMALL_TARGETS), [], path);
  };
  for (const path of OPEN) await look(path);
  await signIn(page, person);
  for (const path of SIGNED_IN()) await look(path);
  await leave();
});

test('the first Tab leads to a link past the navigation', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  await page.keyboard.press('Tab');
  await hasFocus(page, 'Skip to content');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'main');
  await page.keyboard.press('Tab');
  await becomes(() => page.evaluate(`document.activeElement.closest('article') !== null`), true);
  await leave();
});
