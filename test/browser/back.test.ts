import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { ready } from '../support/awaited.ts';
import { launchBrowser } from '../support/browser/browser.ts';
import { createClient } from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { signIn } from '../support/site.ts';

const server = await startServer();
// Playwright turns off what is tested.
const browser = await launchBrowser([], ['--disable-back-forward-cache']);
after(async () => {
  await browser.close();
  await server.stop();
});
const client = createClient(server.url);
const ann = await client.person('Ann');
const { id } = await client.post(ann.token, 'Ink');

const OPEN = ['/', `/posts/${id}`, '/search?q=ink', '/tags', '/people', '/login', '/help/writing'];
const SIGNED_IN = ['/', `/posts/${id}`, '/posts/new', '/drafts', '/notices', '/account'];

/** Of the browser without a window, which never keeps a page. */
const ALWAYS = ['BackForwardCacheDisabledForDelegate', 'BrowsingInstanceNotSwapped'];

/** Follows a link from a page and goes back: why the browser has not kept the page as it was, from its path. */
async function reasons(page: Page, paths: readonly string[]): Promise<Record<string, string[]>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    await page.goto(path);
    await ready(page);
    await page.goto('/follow');
    const { promise, resolve } = Promise.withResolvers<string[]>();
    session.once('Page.backForwardCacheNotUsed', ({ notRestoredExplanations }) =>
      resolve(notRestoredExplanations.map(({ reason }) => reason)),
    );
    await page.goBack();
    found[path] = (await promise).filter((reason) => !ALWAYS.includes(reason));
  }
  return found;
}

const none = (paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, []]));

test('nothing keeps the browser from keeping a page as it was for Back', async () => {
  const page = await browser.newPage({ baseURL: server.url });
  assert.deepEqual(await reasons(page, OPEN), none(OPEN));
  await signIn(page, ann);
  assert.deepEqual(await reasons(page, SIGNED_IN), none(SIGNED_IN));
});
