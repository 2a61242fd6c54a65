import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { giveFile, onAccount } from '../../support/browser/picture-dialog.ts';
import { openSite, postsOf } from '../../support/site.ts';

const site = await openSite();

/** Noise, which compresses badly: about three bytes a pixel as a PNG. */
function noise(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const create = { width, height, channels: 3 as const, background: '#888', noise };
  return sharp({ create }).png({ compressionLevel: 1 }).toBuffer();
}

const file = (buffer: Buffer, name = 'face.png') => ({ name, mimeType: 'image/png', buffer });

/** The keys of all pictures of people on the page; waits until each is drawn. */
async function faceKeys(page: Page): Promise<string[]> {
  // Not with waitForFunction, which evaluates text in the page; our policy forbids that.
  const drawn = `[...document.querySelectorAll('main img.face, nav img.face')].every((img) => img.naturalWidth > 0)`;
  await becomes(() => page.evaluate<boolean>(drawn), true);
  const sources = await page
    .locator('img.face')
    .evaluateAll((all) => all.map((img) => img.outerHTML));
  return sources.map((source) => /profile_pics\/([\da-f]{32})\.jpg/.exec(source)?.[1] ?? '');
}

test('a large photo is made smaller, sent, shown everywhere at once, and removed again', async () => {
  await onAccount(site, async (page, { username: name }) => {
    assert.equal(await page.locator('svg[data-face]').count(), 2);
    assert.equal(await page.locator('#remove-picture-link').isVisible(), false);
    const large = await noise(1600, 1200);
    assert.ok(large.length > 5 * 1024 * 1024);
    await giveFile(page, file(large));
    const sent = page.waitForRequest((request) => request.url().endsWith('/account/picture'));
    await page.click('#upload:not([disabled])');
    const { 'content-length': length } = await (await sent).allHeaders();
    assert.ok(Number(length) < 1024 * 1024, `${length} bytes were sent`);

    await says(page, 'Profile picture updated successfully!');
    await becomes(() => page.locator('img.face').count(), 2);
    const keys = await faceKeys(page);
    assert.equal(keys.length, 2);
    assert.equal(new Set(keys).size, 1);
    assert.match(keys[0] ?? '', /^[\da-f]{32}$/);
    await hasFocus(page, 'change-picture');
    await page.getByRole('img', { name: `${name}'s profile picture`, exact: true }).waitFor();

    await page.click('#remove-picture-link a');
    await page.click('#remove-picture button:has-text("Remove")');
    await says(page, 'Profile picture removed.');
    await becomes(() => page.locator('svg[data-face]').count(), 2);
    await hasFocus(page, 'change-picture');
    await page.reload();
    assert.equal(await page.locator('svg[data-face]').count(), 2);
  });
});

test('a file that cannot become a picture is refused at once, with the reason', async () => {
  await onAccount(site, async (page) => {
    const posted = postsOf(page);
    const header = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x28\0\0\0\x28\0', 'latin1');
    for (const [bytes, reason] of [
      [Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), /HEIC/],
      [Buffer.from('dear diary, today I'), /not a picture/],
      [header, /10240 × 10240 pixels.*51 megapixels/],
    ] as const) {
      await giveFile(page, file(bytes));
      await page.locator('#file-error').getByText(reason).waitFor();
      await page.locator('#upload:disabled').waitFor();
      await hasFocus(page, 'choose-file');
      await page.keyboard.press('Escape');
      await hasFocus(page, 'change-picture');
    }
    assert.deepEqual(posted, []);
  });
});

test('a failing network keeps what was chosen; another try sends it', async () => {
  await onAccount(site, async (page) => {
    await page.route('**/account/picture', (route) => route.abort());
    await giveFile(page, file(await noise(100, 100)));
    await page.click('#upload:not([disabled])');
    const words = 'Network error. Please check your connection and try again.';
    await page.locator('#file-error').getByText(words).waitFor();
    await page.unroute('**/account/picture');
    await page.route('**/account/picture', (route) =>
      route.fulfill({ status: 413, body: '<html>' }),
    );
    await page.click('#upload:has-text("Try again")');
    await page
      .locator('#file-error')
      .getByText(/larger than the proxy allows/)
      .waitFor();
    await page.unroute('**/account/picture');
    await page.click('#upload:has-text("Try again")');
    await says(page, 'Profile picture updated successfully!');
  });
});

test('on a slow line an upload shows its progress and can be cancelled', async () => {
  await onAccount(site, async (page) => {
    const line = await page.context().newCDPSession(page);
    await giveFile(page, file(await noise(200, 200)));
    await page.locator('#upload:not([disabled])').waitFor();
    const fast = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    // The picture has about 100 KB: minutes, so that it is still being sent when it is cancelled.
    await line.send('Network.emulateNetworkConditions', { ...fast, uploadThroughput: 1000 });
    await page.click('#upload');
    await page
      .locator('#picture-percent')
      .getByText(/^Uploading\.\.\. \d+%$/)
      .waitFor();
    const stopped = page.waitForEvent('requestfailed', (request) =>
      request.url().endsWith('/account/picture'),
    );
    await page.click('#cancel-upload');
    await stopped;
    await page.locator('#picture-progress').waitFor({ state: 'hidden' });
    await hasFocus(page, 'upload');
    await line.send('Network.emulateNetworkConditions', fast);
    await page.click('#cancel-upload');
    await hasFocus(page, 'change-picture');
    await page.reload();
    assert.equal(await page.locator('svg[data-face]').count(), 2);
  });
});

test('by keyboard alone: change, choose, another file, upload; Escape leaves everything as it was', async () => {
  await onAccount(site, async (page) => {
    const { keyboard } = page;
    await page.locator('#change-picture:enabled').waitFor();
    await page.focus('#change-picture');
    const choose = async () => {
      const chooser = page.waitForEvent('filechooser');
      // The browser is told to hand choosers over before the next key is pressed.
      await page.evaluate('0');
      await keyboard.press('Enter');
      await (await chooser).setFiles(file(await noise(64, 64)));
      await hasFocus(page, 'stage');
    };
    await choose();
    await keyboard.press('Escape');
    await page.locator('#picture-dialog').waitFor({ state: 'hidden' });
    await hasFocus(page, 'change-picture');
    await choose();
    await page.focus('#choose-file');
    await choose();
    await keyboard.press('Enter');
    await says(page, 'Profile picture updated successfully!');
    await hasFocus(page, 'change-picture');
  });
});

test('a picture can be dropped and pasted', async () => {
  await onAccount(site, async (page) => {
    const bytes = [...(await noise(20, 20))];
    await page.locator('#change-picture:enabled').waitFor();
    for (const kind of ['drop', 'paste']) {
      await page.evaluate(`{
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], '${kind}.png', { type: 'image/png' }));
        const event = '${kind}' === 'drop'
          ? new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: files, bubbles: true });
        document.querySelector('#picture').dispatchEvent(event);
      }`);
      await page.locator('#file-name').getByText(`${kind}.png`).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('#change-picture:focus').waitFor();
    }
  });
});

test('without scripts the form posts the file and the page comes back with the message', async () => {
  await onAccount(
    site,
    async (page) => {
      assert.equal(await page.locator('#change-picture').isVisible(), false);
      await page.setInputFiles('#file', file(Buffer.from('no picture')));
      await page.click('#upload');
      await page
        .locator('#file-error')
        .getByText(/^Invalid image file/)
        .waitFor();
      await page.setInputFiles('#file', file(await noise(400, 300)));
      await page.click('#upload');
      await says(page, 'Profile picture updated successfully!');
      await becomes(() => page.locator('img.face').count(), 2);
      await page.click('#remove-picture-link a');
      await page.waitForURL('**/account/picture/delete');
      await page.click('main button:has-text("Remove")');
      await says(page, 'Profile picture removed.');
      await becomes(() => page.locator('svg[data-face]').count(), 2);
      assert.equal(await page.locator('img.face').count(), 0);
    },
    { javaScriptEnabled: false },
  );
});
