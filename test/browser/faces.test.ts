import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { becomes, ready, says, settled } from '../support/awaited.ts';
import type { Person } from '../support/client.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();
const picture = await photo({ width: 400, height: 400 });

async function withFace(name: string): Promise<Person & { post: number }> {
  const person = await site.client.person(name);
  const sent = { token: person.token, body: fileBody(picture), headers: MULTIPART };
  await site.client.api('PATCH', `/api/users/${person.id}/picture`, sent);
  const { id } = await site.client.post(person.token, `By ${name}`);
  return { ...person, post: id };
}

/** Each face's CSS pixels, and the real pixels of the file that was loaded for it. */
function faces(page: Page): Promise<[shown: number, fetched: string][]> {
  return page.evaluate(`Promise.all([...document.querySelectorAll('main img.face, nav img.face')]
    .map(async (face) => {
      await face.decode();
      const { width, height } = await createImageBitmap(await (await fetch(face.currentSrc)).blob());
      return [face.width, width + '×' + height];
    }))`);
}

for (const [deviceScaleFactor, byline, author] of [
  [1, '64×64', '128×128'],
  [2, '128×128', '300×300'],
  [3, '128×128', '300×300'],
] as const) {
  test(`a face is loaded no larger than it is shown, at ${deviceScaleFactor} pixels a pixel`, async () => {
    const person = await withFace(`Dense ${deviceScaleFactor}`);
    for (const [path, size, fetched] of [
      ['/', 40, byline],
      [`/posts/${person.post}`, 40, byline],
      [`/users/${person.id}/posts`, 128, author],
    ] as const) {
      // Each in a new profile: browsers prefer a larger file that they already have.
      const { page, leave } = await site.visit({
        deviceScaleFactor,
        viewport: { width: 1440, height: 900 },
      });
      await page.goto(path);
      await settled(page);
      assert.deepEqual((await faces(page))[0], [size, fetched], path);
      await leave();
    }
  });
}

test('a new face appears in every open tab at once, also instead of initials, and so does its removal', async () => {
  const person = await site.client.person('Two Tabs');
  const { id } = await site.client.post(person.token);
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/account');
  const other = await page.context().newPage();
  await other.goto(`/posts/${id}`);
  await ready(other);
  const shown = (kind: string) => other.locator(`${kind}.face`).count();
  await becomes(() => shown('svg'), 2);
  await page.getByRole('button', { name: 'Change picture' }).click();
  await page.setInputFiles('#file', { name: 'a.jpg', mimeType: 'image/jpeg', buffer: picture });
  await page.click('#upload:not([disabled])');
  await says(page, 'Profile picture updated successfully!');
  await becomes(() => shown('img'), 2);
  await becomes(() => shown('svg'), 0);
  assert.deepEqual(
    (await faces(other)).map(([size]) => size),
    [28, 40],
  );
  // The other tab shows what is on the server.
  const sources = () =>
    other.evaluate(
      `[...document.querySelectorAll('img.face')].map(({ src, srcset }) => src + srcset)`,
    );
  const before = await sources();
  await other.reload();
  await becomes(sources, before);
  await page.getByRole('link', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await says(page, 'Profile picture removed.');
  await becomes(() => shown('svg'), 2);
  await leave();
});
