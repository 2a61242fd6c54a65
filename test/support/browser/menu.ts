import type { Page } from 'playwright-core';

/** Opens the menu of a narrow page, where Admin, Log out and the theme are, unless it is open. */
export async function openMenu(page: Page): Promise<void> {
  const closed = page.locator('details.menu:not([open]) > summary');
  if (await closed.isVisible()) await closed.click();
}
