import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import { tabTo } from '../../support/browser/keyboard.ts';
import {
  choosePicture,
  cropOf,
  keptOf,
  onAccount,
  wide,
} from '../../support/browser/picture-dialog.ts';
import { openSite } from '../../support/site.ts';
import { listenTo } from '../../support/browser/spoken.ts';

const site = await openSite();

const DESK = { viewport: { width: 1280, height: 900 } };
/** Pointers are on whole pixels of the screen, the frame between those of the picture. */
function near(kept: Record<string, number>, expected: Record<string, number>): void {
  assert.deepEqual(Object.keys(kept).toSorted(), Object.keys(expected).toSorted());
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs(kept[name]! - value) <= 2, `${name} of ${JSON.stringify(kept)}`);
  }
}

/** The middle of the stage and the side of the frame on it, CSS pixels. */
async function stageOf(page: Page): Promise<{ x: number; y: number; side: number }> {
  await page.locator('#stage').scrollIntoViewIfNeeded();
  const box = await page.locator('#stage').boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, side: box.width * 0.86 };
}

test('without framing, no crop is sent', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    assert.deepEqual(await keptOf(page), {});
  });
});

test('after a move and a reset, the middle is framed again', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    await page.click('text=More');
    await page.click('[aria-label="Move left"]');
    await page.click('text=Turn');
    await page.click('text=Reset');
    assert.deepEqual(await keptOf(page), {});
  });
});

test('a mouse drags the picture below the frame, and its wheel zooms', async () => {
  await onAccount(
    site,
    async (page) => {
      await choosePicture(page, await wide());
      const { x, y, side } = await stageOf(page);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + side / 4, y, { steps: 5 });
      await page.mouse.up();
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, -462);
      await becomes(() => page.locator('#zoom-percent').textContent(), '200 %');
      near(await keptOf(page), { rotation: 0, x: 200, y: 100, size: 200 });
    },
    DESK,
  );
});

test('two fingers of a phone zoom and one moves; the page does not scroll by it', async () => {
  await onAccount(
    site,
    async (page) => {
      await choosePicture(page, await wide());
      const { x, y, side } = await stageOf(page);
      const line = await page.context().newCDPSession(page);
      const touch = (type: string, ...points: [number, number][]) =>
        line.send('Input.dispatchTouchEvent', {
          type: type as 'touchStart',
          touchPoints: points.map(([left, top], id) => ({ x: left, y: top, id })),
        });
      const scrolled = () => page.locator('#picture-dialog').evaluate((one) => one.scrollTop);
      const before = await scrolled();
      await touch('touchStart', [x - 40, y], [x + 40, y]);
      for (const apart of [50, 60, 70, 80])
        await touch('touchMove', [x - apart, y], [x + apart, y]);
      await touch('touchEnd');
      await becomes(() => page.locator('#zoom-percent').textContent(), '200 %');
      await touch('touchStart', [x, y]);
      for (const part of [0.1, 0.2, 0.25]) await touch('touchMove', [x, y - part * side]);
      await touch('touchEnd');
      assert.equal(await scrolled(), before);
      near(await keptOf(page), { rotation: 0, x: 300, y: 150, size: 200 });
    },
    { hasTouch: true, isMobile: true },
  );
});

test('by keyboard alone: move, zoom, turn, reach every button, and send with Enter', async () => {
  await onAccount(
    site,
    async (page) => {
      await choosePicture(page, await wide());
      const { keyboard } = page;
      await keyboard.press('ArrowLeft');
      await keyboard.press('Shift+ArrowLeft');
      for (const name of ['Zoom out', 'Zoom', 'Zoom in', 'Turn']) await tabTo(page, name);
      await keyboard.press('r');
      await tabTo(page, 'More');
      await keyboard.press('Enter');
      await page.locator('#more-framing[aria-expanded="true"]').waitFor();
      for (const name of ['Move left', 'Move up', 'Move down']) await tabTo(page, name);
      await keyboard.press('Enter');
      for (const name of ['Move right', 'Reset', 'Upload', 'Choose File', 'Cancel']) {
        await tabTo(page, name);
      }
      await page.focus('#stage');
      await keyboard.press('Enter');
      await says(page, 'Profile picture updated successfully!');
      // 4 and 40 pixels to the left; a quarter, which makes columns of rows; 20 down.
      assert.deepEqual(await cropOf(page), { rotation: 90, x: 0, y: 224, size: 400 });
      await hasFocus(page, 'change-picture');
    },
    DESK,
  );
});

test('the slider zooms with its own keys, and so do its buttons', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    await page.focus('#zoom');
    await page.keyboard.press('End');
    await becomes(() => page.locator('#zoom').getAttribute('aria-valuetext'), '400 %');
    await page.click('[aria-label="Zoom out"]');
    await becomes(() => page.locator('#zoom-percent').textContent(), '364 %');
    await page.focus('#zoom');
    await page.keyboard.press('Home');
    await becomes(() => page.locator('#zoom').getAttribute('aria-valuetext'), '100 %');
  });
});

test('changes are announced politely after they are made', async () => {
  await onAccount(site, async (page) => {
    const spoken = listenTo(page);
    const said = (text: string) => becomes(spoken, [{ role: 'status', live: 'polite', text }]);
    await choosePicture(page, await wide());
    await said('Ready to upload.');
    await page.keyboard.press('ArrowLeft');
    await said('Moved left');
    for (let i = 0; i < 5; i += 1) await page.keyboard.press('+');
    await said('Zoom 161 %');
    await page.keyboard.press('Shift+ArrowDown');
    await said('Moved down');
    await page.keyboard.press('r');
    await said('Turned to 90°');
    for (let i = 0; i < 6; i += 1) await page.keyboard.press('-');
    await said('Zoom 100 %');
    await page.keyboard.press('ArrowLeft');
    await said('No room to move left. Zoom in first.');
  });
});

test('a moving picture says that its first frame is kept', async () => {
  await onAccount(site, async (page) => {
    const spoken = listenTo(page);
    const looping = Buffer.from(
      'R0lGODlhAQABAIAAAAAAAP///yH/C05FVFNDQVBFMi4wAwEAAAAh+QQFCgAAACwAAAAAAQABAAACAkQBACH5BAUKAAAALAAAAAABAAEAAAICRAEAOw==',
      'base64',
    );
    await choosePicture(page, looping, 'dance.gif');
    const text = 'Ready to upload. This picture moves; its first frame is kept.';
    await becomes(spoken, [{ role: 'status', live: 'polite', text }]);
  });
});

test('Escape leaves everything unchanged, in the middle of framing too', async () => {
  await onAccount(site, async (page) => {
    await choosePicture(page, await wide());
    await page.keyboard.press('r');
    await page.keyboard.press('Escape');
    await hasFocus(page, 'change-picture');
    assert.equal(await page.locator('img.face').count(), 0);
    await page.locator('#picture-dialog').waitFor({ state: 'hidden' });
  });
});
