import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { becomes, hasFocus, says } from '../../support/awaited.ts';
import type { Person, User } from '../../support/client.ts';
import { gif, photo, plain } from '../../support/pictures.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();

/** A page of a new signed-in user. */
async function begin(): Promise<{ page: Page; person: Person; leave: () => Promise<void> }> {
  const person = await site.client.person();
  const { page, leave } = await site.visit();
  await signIn(page, person);
  return { page, person, leave };
}

test('a browser that was logged out elsewhere is told so when it sends a picture', async () => {
  const { page, person, leave } = await begin();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change picture' }).click();
  const buffer = await photo({ width: 100, height: 100 });
  await page.setInputFiles('#file', { name: 'a.jpg', mimeType: 'image/jpeg', buffer });
  await page.locator('#upload:not([disabled])').waitFor();
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.click('#upload');
  await page.getByText(/not logged in any more/).waitFor();
  await page.context().addCookies(cookies);
  await page.getByRole('button', { name: 'Try again' }).click();
  await says(page, 'Profile picture updated successfully!');
  const { body } = await site.client.api<User>('GET', `/api/users/${person.id}`);
  assert.notEqual(body.image_file, null);
  await leave();
});

test('a photo with an EXIF orientation is upright after shrinking', async () => {
  const { page, person, leave } = await begin();
  const buffer = await photo({ width: 1600, height: 1200, orientation: 6, noise: 40 });
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change picture' }).click();
  await page.setInputFiles('#file', { name: 'a.jpg', mimeType: 'image/jpeg', buffer });
  await page.click('#upload:not([disabled])');
  await says(page, 'Profile picture updated successfully!');
  const { body } = await site.client.api<User>('GET', `/api/users/${person.id}`);
  const stored = await fetch(site.url + body.image_path);
  const pixels = (input: Sharp) => input.resize(30, 30).raw().toBuffer();
  const [got, upright, lying] = await Promise.all([
    pixels(sharp(Buffer.from(await stored.arrayBuffer()))),
    pixels(sharp(buffer).rotate().resize(300, 300)),
    pixels(sharp(buffer).resize(300, 300)),
  ]);
  const distance = (other: Buffer) =>
    got.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / got.length;
  // Shrunk twice, it is a little softer than sharp's result.
  assert.ok(distance(upright) < distance(lying) / 2, `${distance(upright)}, ${distance(lying)}`);
  await leave();
});

test('the same file can be chosen again, and of an animation the first frame is kept', async () => {
  const { page, leave } = await begin();
  const still = await gif({ width: 40, height: 30 });
  const frames = await Promise.all(
    ['#000', '#fff'].map((colour) => plain(colour).png().toBuffer()),
  );
  const buffer = await sharp(frames, { join: { animated: true } })
    .gif({ loop: 0 })
    .toBuffer();
  const name = page.locator('#file-name');
  await page.goto('/account');
  await page.locator('#change-picture:enabled').waitFor();
  for (let turn = 0; turn < 2; turn += 1) {
    await page.setInputFiles('#file', { name: 'still.gif', mimeType: 'image/gif', buffer: still });
    await name.getByText('still.gif', { exact: true }).waitFor();
    await page.setInputFiles('#file', { name: 'moves.gif', mimeType: 'image/gif', buffer });
    await name.getByText(/^moves\.gif – .*first frame is kept/).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#picture-dialog').waitFor({ state: 'hidden' });
    await hasFocus(page, 'change-picture');
    await becomes(() => name.textContent(), '');
  }
  await leave();
});
