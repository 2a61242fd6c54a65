import assert from 'node:assert/strict';
import { test } from 'node:test';
import { says } from '../support/awaited.ts';
import { brokenInEachTheme } from '../support/browser/axe.ts';
import { openSite, signIn } from '../support/site.ts';

const site = await openSite();
const { client } = site;
const { db } = site.server.context;
const ada = await client.person('Ada');
const eve = await client.person('Eve');
await db.updateTable('users').set({ role: 'editor' }).where('id', '=', eve.id).execute();
const write = (tags: string[]) =>
  client.api('POST', '/api/posts', {
    token: ada.token,
    json: { title: `About ${tags.join(' ')}`, content: 'A text', tags },
  });

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';
  // Each run has names of its own.
  const [first, second, third] = ['one', 'two', 'three'].map((name) => `${name} ${how}`) as [
    string,
    string,
    string,
  ];

  test(`${how}: a writer is offered the tags there are, and readers find the post by its own`, async () => {
    await write([first]);
    const { page, misdeeds, leave } = await site.visit({ javaScriptEnabled });
    await signIn(page, ada);
    await page.goto('/posts/new');
    const field = page.getByLabel('Tags', { exact: false });
    const list = await field.getAttribute('list');
    const offered = page.locator(`datalist#${list} option[value="${first}"]`);
    assert.equal(await offered.count(), 1);
    await page.getByLabel('Title', { exact: true }).fill(`Tagged ${how}`);
    await page.locator('textarea[name="content"]').fill('Some text');
    await field.fill(`${first}, C++ ${how.slice(0, 7)}, 🍲`);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await says(page, `Post "Tagged ${how}" created successfully!`);
    await page.getByRole('link', { name: '🍲', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '🍲', exact: true }).waitFor();
    assert.equal(await page.getByRole('link', { name: `Tagged ${how}`, exact: true }).count(), 1);
    await page.getByRole('link', { name: 'Tags', exact: true }).first().click();
    await page.getByRole('link', { name: `C++ ${how.slice(0, 7)}`, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: `C++ ${how.slice(0, 7)}` }).waitFor();
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    await leave();
  });

  test(`${how}: an editor renames and merges tags, and old addresses lead to the new ones`, async () => {
    await write([second]);
    await write([third]);
    const { page, misdeeds, leave } = await site.visit({ javaScriptEnabled });
    await signIn(page, eve);
    const pathOf = (name: string) => `/tags/${encodeURIComponent(name)}`;
    await page.goto(pathOf(second));
    await page.getByRole('link', { name: 'Rename or merge' }).click();
    const name = page.getByLabel('New name');
    await name.fill('a/b');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page
      .getByText(/must not have/i)
      .first()
      .waitFor();
    assert.equal(await name.inputValue(), 'a/b');
    await name.fill(`new ${how}`);
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await says(page, 'The tag has a new name.');
    await page.goto(pathOf(second));
    assert.equal(new URL(page.url()).pathname, pathOf(`new ${how}`));

    await page.getByRole('link', { name: 'Rename or merge' }).click();
    await page.getByLabel('Merge into').fill(third);
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await says(page, 'The tags are one now.');
    for (const old of [second, `new ${how}`]) {
      await page.goto(pathOf(old));
      assert.equal(new URL(page.url()).pathname, pathOf(third));
    }
    for (const about of [second, third]) {
      assert.equal(await page.getByRole('link', { name: `About ${about}` }).count(), 1);
    }
    assert.deepEqual(misdeeds, { violations: [], foreign: [], errors: [] });
    await leave();
  });
}

for (const width of [320, 1440]) {
  test(`pages of tags at ${width} px are accessible in both themes and no wider`, async () => {
    await write(['a tag with thirty characters..', 'مرحبا', 'ＷＩＤＥ']);
    const { page, leave } = await site.visit({ viewport: { width, height: 844 } });
    await signIn(page, eve);
    const tag = `/tags/${encodeURIComponent('مرحبا')}`;
    for (const path of ['/tags', tag, `${tag}/edit`, `${tag}/follow`]) {
      await page.goto(path);
      assert.deepEqual(await brokenInEachTheme(page), [], path);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, path);
    }
    await leave();
  });
}
