import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { becomes, says } from '../support/awaited.ts';
import { borrowBrowser } from '../support/browser/browser.ts';
import { createClient } from '../support/client.ts';
import { BELOW_A_PATH, startNginx } from '../support/servers/nginx.ts';
import { watchPage } from '../support/browser/page-watch.ts';
import { photo } from '../support/pictures.ts';
import { freePort } from '../support/servers/ports.ts';
import { startServer } from '../support/server.ts';

const { browser, giveBack } = await borrowBrowser();
after(giveBack);

for (const [proxy, edit] of Object.entries(BELOW_A_PATH)) {
  test(`below a path of nginx ${proxy}, everything works in a browser`, async (t) => {
    const port = await freePort();
    const address = `https://127.0.0.1:${port}/blog`;
    await using server = await startServer({ FRONTEND_URL: address, POSTS_PER_PAGE: '1' });
    await startNginx(t, { port, upstream: Number(new URL(server.url).port) }, edit);
    const client = createClient(server.url);
    const ann = await client.person('Ann');
    await client.post(ann.token, 'First');
    await client.post(ann.token, 'Second');
    const profile = await browser.newContext({ ignoreHTTPSErrors: true });
    t.after(() => profile.close());
    const page = await profile.newPage();
    const misdeeds = await watchPage(page, address);
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) failed.push(response.url());
      if (!response.url().startsWith(address)) failed.push(response.url());
    });

    await page.goto(`${address}/account`);
    assert.equal(new URL(page.url()).pathname, '/blog/login');
    await page.fill('#username', ann.email);
    await page.fill('#password', ann.password);
    await page.click('main button:has-text("Login")');
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/blog/account');
    await says(page, 'Login successful!');

    await page.click('#change-picture');
    const buffer = await photo({ width: 400, height: 300 });
    await page.setInputFiles('#file', { name: 'face.jpg', mimeType: 'image/jpeg', buffer });
    await page.click('#upload:not([disabled])');
    await says(page, 'Profile picture updated successfully!');
    const shown = `[...document.querySelectorAll('img.face')].every((img) => img.naturalWidth > 0)`;
    await becomes(() => page.evaluate<boolean>(shown), true);

    await page.getByRole('link', { name: 'New Post' }).click();
    await page.fill('#title', 'Third');
    await page.fill('#content', 'Text');
    await page.click('button[value=publish]');
    await says(page, 'Post "Third" created successfully!');

    await page.goto(`${address}/`);
    await page.click('a[data-load-more]');
    await page.locator('article >> nth=1').waitFor();

    await page.goto(`${address}/docs`);
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    await page.getByLabel('username:').fill(ann.email);
    await page.getByLabel('password:').fill(ann.password);
    await page.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    await page.getByRole('heading', { name: 'Authorized', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('Get Current User').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/api/users/me')),
      page.getByRole('button', { name: 'Execute' }).click(),
    ]);
    assert.equal(answer.status(), 200);

    assert.deepEqual(failed, []);
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    const cookies = await profile.cookies();
    assert.deepEqual(
      cookies.map(({ name, path }) => [name, path]),
      [['__Secure-session', '/blog']],
    );
  });
}

test('a form whose session has ended leads to the login below the path', async (t) => {
  await using server = await startServer({ FRONTEND_URL: 'http://localhost:8000/blog' });
  const ann = await createClient(server.url).person('Ann');
  const profile = await browser.newContext({ baseURL: server.url });
  t.after(() => profile.close());
  const page = await profile.newPage();
  await page.goto('/blog/login');
  await page.fill('#username', ann.email);
  await page.fill('#password', ann.password);
  await page.click('main button:has-text("Login")');
  await page.locator('nav a[href="/blog/account"]').waitFor();
  await page.goto('/blog/account');
  await profile.clearCookies();
  await page.click('main button:has-text("Update Profile")');
  await page.getByRole('heading', { level: 1, name: 'Login' }).waitFor();
  const { pathname, search } = new URL(page.url());
  assert.deepEqual([pathname, search], ['/blog/login', '?next=%2Fblog%2Faccount']);
});
