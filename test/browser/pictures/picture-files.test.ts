import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { giveFile, onAccount, uploadFramed } from '../../support/browser/picture-dialog.ts';
import { gif, landscape, photo, png, webp } from '../../support/pictures.ts';
import { openSite } from '../../support/site.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const site = await openSite();
const SIZE = { width: 300, height: 200, noise: 20 };

const file = (buffer: Buffer, name = 'face.jpg') => ({ name, mimeType: 'image/jpeg', buffer });
const refusal = (page: Page) => page.locator('#file-error').textContent();

/** Drops a path on the page as a file manager does. */
async function drop(page: Page, path: string): Promise<void> {
  const line = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await line.send('Input.dispatchDragEvent', { type, x: 100, y: 300, data });
  }
}

test('a folder that is dropped is refused in words, and a file can be chosen then', async (t) => {
  const folder = join(await temporaryFolder(t), 'holiday photos');
  await mkdir(folder);
  await onAccount(site, async (page) => {
    await page.locator('#change-picture:enabled').waitFor();
    await drop(page, folder);
    await becomes(
      async () => (await refusal(page))?.startsWith('This cannot be read. If it is a folder'),
      true,
    );
    assert.equal(await page.locator('#file-name').textContent(), '');
    await hasFocus(page, 'choose-file');
    await page.setInputFiles('#file', file(await photo(SIZE)));
    await hasFocus(page, 'stage');
    assert.equal(await refusal(page), '');
    await uploadFramed(page);
  });
});

test('a file that changes, or goes, after it was chosen is stored as it was shown', async (t) => {
  const path = join(await temporaryFolder(t), 'face.jpg');
  for (const change of [
    () => appendFile(path, '\0\0'),
    () => writeFile(path, 'x'),
    () => rm(path),
  ]) {
    await writeFile(path, await photo(SIZE));
    await onAccount(site, async (page) => {
      const chooser = page.waitForEvent('filechooser');
      await page.click('#change-picture');
      await (await chooser).setFiles(path);
      await hasFocus(page, 'stage');
      await change();
      await uploadFramed(page);
    });
  }
});

test('a picture that is cut short is refused at once, in words', async () => {
  await onAccount(site, async (page) => {
    for (const picture of [await photo(SIZE), await png(SIZE), await gif(SIZE), await webp(SIZE)]) {
      for (const part of [0.3, 0.7, 0.95]) {
        await giveFile(page, file(picture.subarray(0, picture.length * part)));
        await becomes(
          async () => (await refusal(page))?.startsWith('The end of this picture is missing'),
          true,
        );
        await page.locator('#upload:disabled').waitFor();
        await page.keyboard.press('Escape');
        await hasFocus(page, 'change-picture');
      }
    }
  });
});

test('a JPEG that lacks only its last marker can be framed and stored', async () => {
  const progressive = (await landscape(SIZE)).jpeg({ progressive: true });
  for (const jpeg of [await photo(SIZE), await progressive.toBuffer()]) {
    await onAccount(site, async (page) => {
      await giveFile(page, file(jpeg.subarray(0, -2)));
      await hasFocus(page, 'stage');
      await uploadFramed(page);
    });
  }
});

test('a moving picture above the limit is sent as its first frame', async () => {
  const large = Buffer.concat([await gif({ width: 500, height: 400 })]);
  const looping = Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0', 'latin1');
  const comment = Buffer.alloc(6_000_000, '\xff'.padEnd(256, 'x'), 'latin1');
  const table = 13 + 3 * 2 ** ((large[10]! & 7) + 1);
  const moving = Buffer.concat([
    large.subarray(0, table),
    looping,
    Buffer.from([0x21, 0xfe]),
    comment.subarray(0, comment.length - (comment.length % 256)),
    Buffer.from([0]),
    large.subarray(table),
  ]);
  await onAccount(site, async (page) => {
    await giveFile(page, file(moving, 'dance.gif'));
    await page
      .locator('#file-name')
      .getByText(/first frame is kept/)
      .waitFor();
    await uploadFramed(page);
  });
});

test('the limits are told as they are, with scripts and without', async () => {
  await onAccount(site, async (page) => {
    const note = await page.locator('#picture-note').innerText();
    assert.match(note, /up to 51 megapixels\. Files above 5MB are made smaller/);
    assert.equal(await page.locator('#file-note').isVisible(), false);
  });
  await onAccount(
    site,
    async (page) => {
      assert.equal(await page.locator('#picture-note').isVisible(), false);
      const note = await page.locator('#file-note').innerText();
      assert.equal(note, 'Maximum file size: 5MB. Supported formats: JPEG, PNG, GIF, WebP.');
    },
    { javaScriptEnabled: false },
  );
});

test('a square that the server refuses is told in words', async () => {
  await onAccount(site, async (page) => {
    await giveFile(page, file(await photo(SIZE)));
    await hasFocus(page, 'stage');
    const detail = [
      { type: 'less_than_equal', loc: ['body', 'x'], msg: 'Input should be less than' },
    ];
    await page.route('**/account/picture', (route) =>
      route.fulfill({ status: 422, json: { detail } }),
    );
    await page.click('#upload');
    await page
      .locator('#file-error')
      .getByText(/^The frame does not fit this picture/)
      .waitFor();
    await page.unroute('**/account/picture');
    await page.click('#upload:has-text("Try again")');
    await says(page, 'Profile picture updated successfully!');
  });
});

test('up to 25 MB the browser hears that a file is too large', async () => {
  await onAccount(site, async (page) => {
    const answers = await page.evaluate<string[]>(`(async () => {
      const answers = [];
      for (const size of [6e6, 25e6, 25e6, 25e6]) {
        const body = new FormData();
        body.append('file', new Blob([new Uint8Array(size)]));
        const headers = { accept: 'application/json' };
        const answer = await fetch('/account/picture', { method: 'POST', headers, body });
        answers.push(answer.status + ' ' + (await answer.json()).detail);
      }
      return answers;
    })()`);
    assert.deepEqual([...new Set(answers)], ['400 File too large. Maximum size is 5MB']);
  });
});
