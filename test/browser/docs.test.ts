import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { TIMEOUT_MS } from '../support/awaited.ts';
import { borrowBrowser } from '../support/browser/browser.ts';
import { watchPage } from '../support/browser/page-watch.ts';
import { startServer } from '../support/server.ts';

const PERSON = { username: 'nellie', email: 'nellie@example.com', password: 'ten-days-1887' };

/** One grey pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==',
  'base64',
);

let server: Awaited<ReturnType<typeof startServer>>;
let chromium: Awaited<ReturnType<typeof borrowBrowser>>;

before(async () => {
  server = await startServer();
  chromium = await borrowBrowser();
});
after(async () => {
  await chromium?.giveBack();
  await server?.stop();
});

async function register(): Promise<number> {
  const answer = await fetch(`${server.url}/api/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(PERSON),
  });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { id: number }).id;
}

async function authorize(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Authorize', exact: true }).click();
  await page.getByLabel('username:').fill(PERSON.email);
  await page.getByLabel('password:').fill(PERSON.password);
  await page.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
  await page.getByRole('heading', { name: 'Authorized', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();
}

/** Resolves to status and body of the answer to Swagger UI's own request. */
async function uploadPicture(page: Page, id: number): Promise<{ status: number; body: unknown }> {
  await page.getByText('Upload Profile Picture').click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByPlaceholder('user_id').fill(String(id));
  const file = { name: 'face.png', mimeType: 'image/png', buffer: PICTURE };
  await page.locator('input[type=file]').setInputFiles(file);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith(`/api/users/${id}/picture`)),
    page.getByRole('button', { name: 'Execute' }).click(),
  ]);
  await page.locator('.live-responses-table').getByText(String(answer.status())).first().waitFor();
  return { status: answer.status(), body: await answer.json() };
}

test('Swagger UI signs in and uploads a picture without violating its policy', async () => {
  const id = await register();
  const page = await chromium.browser.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const misdeeds = await watchPage(page, server.url);
  await page.goto(`${server.url}/docs`);
  await page.getByText('Upload Profile Picture').waitFor();

  await authorize(page);
  const { status, body } = await uploadPicture(page, id);
  assert.equal(status, 200, JSON.stringify(body));
  assert.match((body as { image_file: string }).image_file, /^[\da-f]{32}\.jpg$/);
  assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
});
