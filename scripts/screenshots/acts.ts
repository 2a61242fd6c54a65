import type { Page, Request } from 'playwright-core';
import { savesByItself } from '../../test/support/awaited.ts';

/** Brings a page into a state; rejects if the state does not come. */
export type Act = (page: Page) => Promise<void>;

export function press(key: string, times = 1): Act {
  return async (page) => {
    for (let i = 0; i < times; i += 1) await page.keyboard.press(key);
  };
}

/** Opens the dialog of the first link or button whose name contains this. */
export function openDialog(name: string): Act {
  return async (page) => {
    const control = page.getByRole('button', { name }).or(page.getByRole('link', { name }));
    await control.first().click();
    await page.locator('dialog[open]').waitFor();
  };
}

/** Opens the first picture of a post in full. */
export const openPicture: Act = async (page) => {
  await page.locator('.prose a.picture').first().click();
  await page.locator('dialog.viewer img').waitFor();
  await page.evaluate(`document.querySelector('dialog.viewer img').decode()`);
};

/** Fills in fields by name, sends the form, and waits for the page's error. */
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

/** Sends a form without fields, which the server answers with a page. */
export function send(name: string): Act {
  return async (page) => {
    const answered = page.waitForEvent('load');
    await page.locator('main').getByRole('button', { name, exact: true }).click();
    await answered;
  };
}

/** Writes into the form of a post and leaves it, as when a tab is closed. */
export function writeAndReturn(fields: Record<string, string>): Act {
  return async (page) => {
    for (const [name, value] of Object.entries(fields)) {
      await page.locator(`main [name="${name}"]`).fill(value);
    }
    await page.reload();
    await page.getByText('Your unsent draft of').waitFor();
  };
}

/** Sends the form of a post after the session has ended, and is redirected to the login page. */
export function sendSignedOut(fields: Record<string, string>, send: string): Act {
  return async (page) => {
    for (const [name, value] of Object.entries(fields)) {
      await page.locator(`main [name="${name}"]`).fill(value);
    }
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.getByRole('button', { name: send }).click();
    await page.getByRole('heading', { level: 1, name: 'Login' }).waitFor();
    await page.getByText('Please log in again.').waitFor();
    // The next shot needs a signed-in visitor.
    await page.context().addCookies(cookies);
  };
}

/** Runs another act while the network is down. */
export function offline(act: Act): Act {
  return async (page) => {
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await page.context().setOffline(true);
    try {
      await act(page);
    } finally {
      await page.context().setOffline(false);
    }
  };
}

/** Follows a link that loads in place, and waits for its new name. */
export function follow(name: string, then: string): Act {
  return async (page) => {
    await page.getByRole('link', { name }).click();
    await page.getByRole('link', { name: then }).waitFor();
  };
}

/** Follows a link whose answer does not come; the page is closed while it waits. */
export function followSlowly(name: string, then: string): Act {
  return async (page) => {
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await page.route('**/?skip=*', () => {});
    await follow(name, then)(page);
  };
}

/** Chooses a file in the picture's dialog and waits until it is accepted or refused. */
export function chooseFile(name: string, content: () => Promise<Buffer>): Act {
  return async (page) => {
    const file = { name, mimeType: 'application/octet-stream', buffer: await content() };
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Change picture' }).click();
    await (await chooser).setFiles(file);
    await page.locator('#upload:enabled, #file-error:not(:empty)').first().waitFor();
  };
}

/** Chooses a picture, then zooms in, moves it and turns it a quarter. */
export function frame(content: () => Promise<Buffer>): Act {
  return async (page) => {
    await chooseFile('harbour.png', content)(page);
    await press('+', 5)(page);
    await press('Shift+ArrowLeft', 2)(page);
    await press('r')(page);
    await page.getByRole('status').getByText('Turned to 90°').waitFor({ state: 'attached' });
  };
}

/** Chooses another file, which is refused, from within the dialog. */
export function thenChoose(act: Act, name: string, content: () => Promise<Buffer>): Act {
  return async (page) => {
    await act(page);
    const file = { name, mimeType: 'application/octet-stream', buffer: await content() };
    await page.locator('#file').setInputFiles(file);
    await page.locator('#file-error:not(:empty)').waitFor();
  };
}

/** Opens the part of the dialog that is closed at first. */
export function showMore(act: Act): Act {
  return async (page) => {
    await act(page);
    await page.getByRole('button', { name: 'More' }).click();
    await page.locator('#framing-more').waitFor();
  };
}

/** Sends a framed picture over a slow line; the page is closed meanwhile. */
export function uploadSlowly(act: Act): Act {
  return async (page) => {
    await act(page);
    const line = await page.context().newCDPSession(page);
    await line.send('Network.enable');
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 40_000 };
    await line.send('Network.emulateNetworkConditions', slow);
    await page.locator('#upload').click();
    await page.getByText(/^Uploading\.\.\. [1-9]\d?%$/).waitFor();
  };
}

/** Sends a framed picture while the network is down. */
export function failUpload(act: Act): Act {
  return async (page) => {
    await act(page);
    await page.route('**/account/picture', (route) => route.abort());
    await page.locator('#upload').click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  };
}

/** Asks for the preview of a text that is already there, and waits for it. */
export const preview: Act = async (page) => {
  const shown = page.getByRole('region', { name: 'Preview' });
  // At a desk it is shown from the start.
  if (!(await shown.isVisible())) await page.getByRole('button', { name: 'Preview' }).click();
  await shown.locator('.prose > p').first().waitFor();
};

/** Has a text previewed, and writes on when the server answers to nothing more. */
export const failPreview: Act = async (page) => {
  await preview(page);
  const shown = page.getByRole('region', { name: 'Preview' });
  const toggle = page.getByRole('button', { name: 'Preview' });
  const beside = await page.getByLabel('Content').isVisible();
  if (!beside) await toggle.click();
  const isPost = (request: Request) => request.method() === 'POST';
  await page.route('**', (route) => (isPost(route.request()) ? route.abort() : route.fallback()));
  await page.getByLabel('Content').press('ControlOrMeta+End');
  await page.getByLabel('Content').pressSequentially(' More.');
  if (!beside) await toggle.click();
  await shown.getByText('No connection.').waitFor();
};

const MARKDOWN = `The *Heron* goes to the yard on **Saturday**. What is left to do:

- [x] drain the tanks
- [ ] carry the stove out, see [the list](https://example.org/list)

> Nobody lifts it alone.

| Who | Brings |
| --- | ------ |
| Jun | ropes  |
| Ann | soup   |
`;

/** Writes a post in Markdown and waits until it is previewed, where that is shown. */
export const writeMarkdown: Act = async (page) => {
  await page.locator('.tools[data-ready]').waitFor();
  await page.getByLabel('Title').fill('The Heron goes to the yard');
  await page.getByLabel('Content').fill(MARKDOWN);
  await page.getByText(/^\d+ words/).waitFor();
  const shown = page.getByRole('region', { name: 'Preview' });
  if (await shown.isVisible()) await shown.locator('table').waitFor();
};

/** Opens the part of the composer that says when a post is published. */
export const openLater: Act = async (page) => {
  await page.getByText('Publish later').click();
  await page.getByLabel('Date').waitFor();
};

/** Counts saves, so that each one changes the text: saving the same text again would be no new version. */
let saves = 0;

/** Writes on in a draft that is then saved in another tab; the page says so. */
export const saveInTwoTabs: Act = async (page) => {
  const other = await page.context().newPage();
  await other.goto(page.url());
  saves += 1;
  for (const [tab, text] of [
    [other, `It hangs beside the door and has said Change since ${1954 + saves}.`],
    [page, `It hangs beside the stove and has said Change since ${1954 + saves}, or longer.`],
  ] as const) {
    await savesByItself(tab);
    await tab.getByLabel('Content').fill(`${text}\n\nMore is not known.`);
    await tab.getByRole('button', { name: 'Save draft' }).click();
    const told = tab === other ? /^Saved / : 'This text was also saved in another tab';
    await tab.getByText(told).waitFor();
  }
  await other.close();
};

/** Compares the versions of a draft that was saved in two tabs. */
export const compareTwoVersions: Act = async (page) => {
  await saveInTwoTabs(page);
  await page.getByRole('button', { name: 'Compare both versions' }).click();
  await page.getByRole('heading', { level: 1, name: 'Two Versions' }).waitFor();
};
