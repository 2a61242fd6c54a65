import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Draft, ifMatch } from '../drafts.ts';
import { type Site, signIn } from '../site.ts';

/** A new person's page; its clock only goes on when it is told to. */
export async function begin(site: Site, { scripts = true, clock = true } = {}) {
  const person = await site.client.person();
  const { page, misdeeds, leave } = await site.visit({ javaScriptEnabled: scripts });
  if (scripts && clock) await page.clock.install();
  await signIn(page, person);
  const { token } = person;
  const drafts = async () => {
    const { body } = await site.client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token });
    return body.drafts;
  };
  const contents = async () => (await drafts()).map(({ content }) => content);
  const change = async (draft: Draft, content: string) => {
    const path = `/api/drafts/${draft.id}`;
    const sent = { token, json: { content }, headers: ifMatch(draft) };
    assert.equal((await site.client.api('PATCH', path, sent)).status, 200);
  };
  return { page, misdeeds, leave, person, drafts, contents, change };
}

/** Opens a page and waits until it saves by itself. */
export async function open(page: Page, path: string): Promise<void> {
  const loaded = page.waitForResponse(/autosave/);
  await page.goto(path);
  await loaded.then((response) => response.finished());
}

/** Types, and lets the time pass after which a save comes. */
export async function write(page: Page, content: string): Promise<void> {
  await page.fill('#content', content);
  await page.clock.runFor(25_000);
}

/** Whether the browser keeps a draft that is not saved. */
export const isLocal = (page: Page) =>
  page.evaluate<boolean>(`Object.keys(localStorage).some((key) => key.startsWith('draft:'))`);
/** What the page says about the last save. */
export const saved = (page: Page) => page.locator('[data-saved]').textContent();
/** What the page says about a save that failed. */
export const trouble = (page: Page) => page.locator('[data-save-trouble]').textContent();
