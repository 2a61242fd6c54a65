import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, goOffline, ready } from '../support/awaited.ts';
import { photo } from '../support/pictures.ts';
import { openSite, signIn } from '../support/site.ts';
import { listenTo, type Spoken } from '../support/browser/spoken.ts';

const site = await openSite();
const person = await site.client.person('Ada');
for (let number = 1; number <= 11; number += 1) {
  await site.client.post(person.token, `Post ${number}`);
}

const status = (text: string): Spoken => ({ role: 'status', live: 'polite', text });
const alert = (text: string): Spoken => ({ role: 'alert', live: 'assertive', text });
const NETWORK_ERROR = 'Network error. Please check your connection and try again.';

for (const javaScriptEnabled of [true, false]) {
  test(`success is a status, failure an alert, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const { page, leave } = await site.visit({ javaScriptEnabled });
    const spoken = listenTo(page);
    await page.goto('/login');
    assert.deepEqual(await spoken(), []);
    await page.fill('#username', person.email);
    await page.fill('#password', 'not the password');
    await page.getByRole('main').getByRole('button', { name: 'Login' }).click();
    await becomes(spoken, [alert('Incorrect email or password')]);
    await page.fill('#username', person.email);
    await page.fill('#password', person.password);
    await page.getByRole('main').getByRole('button', { name: 'Login' }).click();
    await becomes(spoken, [status('Login successful!')]);
    await page.goto('/account');
    assert.deepEqual(await spoken(), []);
    await page.getByRole('button', { name: 'Update Profile' }).click();
    await becomes(spoken, [status('Profile updated successfully!')]);
    await leave();
  });
}

test('a failing network is an alert in the form that failed', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/account');
  await ready(page);
  const spoken = listenTo(page);
  await goOffline(page);
  await page.getByRole('button', { name: 'Update Profile' }).click();
  await becomes(spoken, [alert(NETWORK_ERROR)]);
  await page.context().setOffline(false);
  await leave();
});

test('loading more is announced, and so is its failure', async () => {
  const { page, leave } = await site.visit();
  await page.goto('/');
  await ready(page);
  const spoken = listenTo(page);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/?skip=10*', async (route) => {
    await released;
    await route.abort();
  });
  await page.getByRole('link', { name: 'Load More Posts' }).click();
  await becomes(spoken, [status('Loading...')]);
  release();
  await becomes(spoken, [status('Error - Click to Retry')]);
  await page.unroute('**/?skip=10*');
  await page.getByRole('link', { name: 'Error - Click to Retry' }).click();
  await becomes(spoken, []);
  await becomes(() => page.locator('[data-post]').count(), 11);
  await leave();
});

test('a refused file is an alert, a new picture a status', async () => {
  const { page, leave } = await site.visit();
  await signIn(page, person);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change picture' }).click();
  const spoken = listenTo(page);
  const said = async (role: Spoken['role'], words: RegExp) =>
    (await spoken()).some((one) => one.role === role && words.test(one.text));
  const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') };
  await page.setInputFiles('#file', notes);
  await becomes(() => said('alert', /./), true);
  const buffer = await photo({ width: 100, height: 100 });
  await page.setInputFiles('#file', { name: 'a.jpg', mimeType: 'image/jpeg', buffer });
  await page.click('#upload:not([disabled])');
  await becomes(() => said('status', /^Profile picture updated successfully!$/), true);
  await becomes(() => said('alert', /./), false);
  await leave();
});
