import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasFocus, says } from '../../support/awaited.ts';
import { choosePicture, keptOf, onAccount, wide } from '../../support/browser/picture-dialog.ts';
import { photo } from '../../support/pictures.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

test('a file that is refused leaves the picture before it framed', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    await page.keyboard.press('Shift+ArrowRight');
    const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') };
    await page.setInputFiles('#file', notes);
    await page.locator('#file-error').getByText('not a picture').waitFor();
    assert.deepEqual(await keptOf(page), { rotation: 0, x: 160, y: 0, size: 400 });
  });
});

test('a failure keeps picture and frame, and a second try sends them', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('r');
    await page.route('**/account/picture', (route) => route.abort());
    await page.keyboard.press('Enter');
    const words = 'Network error. Please check your connection and try again.';
    await page.locator('#file-error').getByText(words).waitFor();
    await hasFocus(page, 'upload');
    await page.locator('#framing').waitFor();
    await page.unroute('**/account/picture');
    await page.locator('#upload:has-text("Try again")').waitFor();
    assert.deepEqual(await keptOf(page), { rotation: 90, x: 0, y: 160, size: 400 });
  });
});

test('an ended session is reported, and after signing in elsewhere a second try works', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    const context = page.context();
    const cookies = await context.cookies();
    await context.clearCookies();
    await page.click('#upload');
    await page.locator('#file-error').getByText('not logged in any more').waitFor();
    await context.addCookies(cookies);
    await page.click('#upload:has-text("Try again")');
    await says(page, 'Profile picture updated successfully!');
  });
});

test('a page with an unknown origin gets the message for a refusal', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    // The server's answer to a request of another site.
    await page.route('**/account/picture', async (route) => {
      const headers = { ...route.request().headers(), 'sec-fetch-site': 'cross-site' };
      await route.fulfill({ response: await route.fetch({ headers }) });
    });
    await page.click('#upload');
    const words = 'You are not authorized to update this profile picture.';
    await page.locator('#file-error').getByText(words).waitFor();
    await page.unroute('**/account/picture');
    await page.click('#upload:has-text("Try again")');
    await says(page, 'Profile picture updated successfully!');
  });
});

test('the frame cannot be moved while the picture is being sent', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await photo({ width: 1000, height: 800, noise: 40 }));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route('**/account/picture', async (route) => {
      await released;
      await route.continue();
    });
    await page.click('#upload');
    await page
      .locator('#picture-percent')
      .getByText(/^Uploading/)
      .waitFor();
    await page.focus('#stage');
    await page.keyboard.press('r');
    await page.keyboard.press('+');
    assert.equal(await page.locator('#zoom-percent').textContent(), '100 %');
    release();
    await says(page, 'Profile picture updated successfully!');
  });
});
