import type { Page } from 'playwright-core';

/** What brings a page into a state; rejects when the state does not come. */
export type Act = (page: Page) => Promise<void>;

export function press(key: string, times = 1): Act {
  return async (page) => {
    for (let i = 0; i < times; i += 1) await page.keyboard.press(key);
  };
}

/** Opens the dialog of the first link or button whose name holds this. */
export function openDialog(name: string): Act {
  return async (page) => {
    const control = page.getByRole('button', { name }).or(page.getByRole('link', { name }));
    await control.first().click();
    await page.locator('dialog[open]').waitFor();
  };
}

/** Fills in fields by their names, sends the form, and waits for what the page says is wrong. */
export function fill(fields: Record<string, string>, send: string): Act {
  return async (page) => {
    for (const [name, value] of Object.entries(fields)) {
      await page.locator(`main [name="${name}"]`).first().fill(value);
    }
    await page.locator('main').getByRole('button', { name: send, exact: true }).click();
    const wrong = page.locator('.field-error:not(:empty), .alert-danger:not(:empty)');
    await wrong.first().waitFor();
  };
}

/** Chooses a file in the picture's dialog and waits until it is taken or refused. */
export function chooseFile(name: string, content: () => Promise<Buffer>): Act {
  return async (page) => {
    await openDialog('Change picture')(page);
    const file = { name, mimeType: 'application/octet-stream', buffer: await content() };
    await page.locator('#file').setInputFiles(file);
    await page.locator('#upload:enabled, #file-error:not(:empty)').first().waitFor();
  };
}
