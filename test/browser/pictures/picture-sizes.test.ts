import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePicture, onAccount, wide } from '../../support/browser/picture-dialog.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

/** Parts of the framing that are wider than the screen or too small for a finger. */
const UNFIT = `[...document.querySelectorAll('#picture-dialog :is(button, input, #stage, .ground)')]
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const { left, right, width, height } = one.getBoundingClientRect();
    return left < 0 || right > innerWidth || width < 43.5 || height < 43.5;
  })
  .map((one) => one.outerHTML.slice(0, 120))`;

/** What of the dialog lies outside of the screen or below its buttons, and where it ends. */
const IN_SIGHT = `(() => {
  const { top } = document.querySelector('.sending').getBoundingClientRect();
  const parts = ['stage', 'zoom', 'more-framing', 'upload', 'choose-file', 'cancel-upload'];
  const hidden = parts.map((id) => [id, document.getElementById(id).getBoundingClientRect()])
    .filter(([id, box]) => {
      const end = id.includes('upload') || id === 'choose-file' ? innerHeight : top;
      return box.top < 0 || box.bottom > end + 0.5 || box.left < 0 || box.right > innerWidth;
    })
    .map(([id, box]) => [id, box.bottom]);
  return Object.fromEntries(hidden);
})()`;

for (const [width, height] of [
  [320, 640],
  [320, 256],
] as const) {
  test(`on ${width} × ${height} pixels everything is large enough, with frame and buttons visible together`, async () => {
    await onAccount(
      site,
      async (page) => {
        await choosePicture(page, await wide());
        assert.deepEqual(await page.evaluate(UNFIT), []);
        const dialog = page.locator('#picture-dialog');
        assert.equal(await dialog.evaluate((one) => one.scrollWidth - one.clientWidth), 0);
        await page.focus('#zoom');
        const ends = await page.evaluate<number[]>(`[
          document.querySelector('#zoom').getBoundingClientRect().bottom,
          document.querySelector('.sending').getBoundingClientRect().top,
        ]`);
        assert.ok(ends[0]! <= ends[1]!, `the slider ends at ${ends[0]}, below ${ends[1]}`);
      },
      { viewport: { width, height }, hasTouch: true, isMobile: true },
    );
  });
}

for (const [width, height, isMobile] of [
  [320, 640, true],
  [1280, 640, false],
  [640, 320, true],
] as const) {
  test(`on ${width} × ${height} pixels stage, zoom, Turn and Upload are in sight without scrolling`, async () => {
    await onAccount(
      site,
      async (page) => {
        await choosePicture(page, await wide(), 'a very long name of a photo of our holidays.jpg');
        assert.equal(await page.locator('#picture-dialog').evaluate((one) => one.scrollTop), 0);
        assert.deepEqual(await page.evaluate(IN_SIGHT), {});
        for (const name of ['Move left', 'Reset']) {
          assert.equal(await page.getByRole('button', { name }).isVisible(), false, name);
        }
        await page.click('text=More');
        await page.getByRole('button', { name: 'Move left' }).waitFor();
        const beside = `document.querySelector('#picture-dialog').scrollWidth - document.querySelector('#picture-dialog').clientWidth`;
        assert.equal(await page.evaluate(beside), 0);
      },
      { viewport: { width, height }, hasTouch: isMobile, isMobile },
    );
  });
}
