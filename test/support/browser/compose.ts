import type { BrowserContextOptions, Page } from 'playwright-core';
import { signIn, type Site } from '../site.ts';

/** Opens the page for a new post as a new person, with its tools. */
export async function compose(site: Site, options?: BrowserContextOptions) {
  const person = await site.client.register();
  const visit = await site.visit(options);
  await signIn(visit.page, person);
  await visit.page.goto('/posts/new');
  await visit.page.locator('.tools[data-ready]').waitFor();
  return { ...visit, person };
}

export const text = (page: Page) => page.getByLabel('Content');
export const tool = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
