import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

interface Focus {
  name: string;
  seen: boolean;
  within: boolean;
  outside: boolean;
}

/** The name and appearance of the focused element. */
const FOCUS = `(() => {
  const one = document.activeElement;
  const said = [...one.childNodes].filter(({ ariaHidden }) => ariaHidden !== 'true');
  const text = said.map(({ textContent }) => textContent).join('').trim();
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
  const { top, bottom, width, height } = one.getBoundingClientRect();
  return {
    name: one.ariaLabel ?? one.labels?.[0]?.textContent.trim() ?? text,
    seen: (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none',
    // Beyond the ends of a page or dialog is the browser's own toolbar.
    outside: one === document.body,
    within: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
  };
})()`;

/** Presses Tab until the element with this name has the focus; the focus must be visible at each stop. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate<Focus>(FOCUS);
    if (focus.outside) continue;
    assert.ok(focus.seen && focus.within, `the focus on "${focus.name}" is not seen`);
    if (focus.name === name) return;
    passed.push(focus.name);
  }
  assert.fail(`no "${name}" among ${passed.join(', ')}`);
}

/** Moves to the field and replaces its content. */
export async function writeInto(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Moves there and presses Enter; with a heading, waits for the page it leads to. */
export async function pressKeyOn(page: Page, name: string, heading?: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
  if (heading) await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}
