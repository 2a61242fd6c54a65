import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { TIMEOUT_MS } from './awaited.ts';
import { borrowBrowser } from './browser/browser.ts';
import { createClient, type Person } from './client.ts';
import { watchPage, type Misdeeds } from './browser/page-watch.ts';
import { startServer, type TestServer } from './server.ts';

type Credentials = Pick<Person, 'email' | 'password'>;

/** A running blog and a browser. */
export interface Site {
  url: string;
  server: TestServer;
  client: ReturnType<typeof createClient>;
  /** A page in a new browser profile, as wide as a phone by default. */
  visit: (options?: BrowserContextOptions) => Promise<Visit>;
}

interface Visit {
  page: Page;
  misdeeds: Misdeeds;
  /** Closes the profile with its pages. */
  leave: () => Promise<void>;
}

/** The app with an empty data folder, and a browser; the app and all profiles close with the file that opens them. */
export async function openSite(): Promise<Site> {
  const server = await startServer();
  const { browser, giveBack } = await borrowBrowser();
  after(async () => {
    await giveBack();
    await server.stop();
  });
  return {
    url: server.url,
    server,
    client: createClient(server.url),
    visit: (options) => visit(browser, server.url, options),
  };
}

async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const profile = await browser.newContext({
    baseURL: url,
    viewport: { width: 390, height: 844 },
    ...options,
  });
  const page = await profile.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  return { page, misdeeds: await watchPage(page, url), leave: () => profile.close() };
}

/**
 * Signs the page's profile in; the page stays where it is. What the form of the login page does is
 * tested with `logIn`: to load two pages for it in each test would double the time of many.
 */
export async function signIn(page: Page, { email, password }: Credentials): Promise<void> {
  const form = { username: email, password };
  const answer = await page.request.post('/login', { form, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
}

/** Fills in the login form that the page has or is about to show, and waits until the user is signed in. */
export async function logIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Login' }).waitFor();
  await page.fill('#username', email);
  await page.fill('#password', password);
  await page.click('main button:has-text("Login")');
  await page.locator('nav a[href="/account"]').waitFor();
}

/** The addresses that a page posts to from now on. */
export function postsOf(page: Page): string[] {
  const posted: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posted.push(request.url());
  });
  return posted;
}
