import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allAx, findAx, readAxTree, textOfAx } from '../../support/browser/ax-tree.ts';
import { ifMatch, newDraft } from '../../support/drafts.ts';
import { openSite, signIn } from '../../support/site.ts';

/** What a screen reader gets, from the browser's own accessibility tree. */
const site = await openSite();

async function begin(path: string, width = 390) {
  const person = await site.client.person();
  const visit = await site.visit({ viewport: { width, height: 844 } });
  await signIn(visit.page, person);
  await visit.page.goto(path);
  return { ...visit, person };
}

test('the toolbar and each of its tools have a name, and tell which are on', async () => {
  const { page, leave } = await begin('/posts/new');
  await page.locator('.tools[data-ready]').waitFor();
  const toolbar = findAx(await readAxTree(page), 'toolbar', 'Formatting');
  const tools = allAx([toolbar], 'button');
  const names = tools.map(({ name }) => name);
  assert.ok(names.every((name) => /^[A-Z]/.test(name)));
  assert.equal(new Set(names).size, names.length);
  for (const name of ['Bold', 'Italic', 'Link', 'Heading', 'List', 'Quote', 'Code']) {
    assert.ok(names.includes(name), name);
  }
  // Of the drawings nothing is read.
  assert.deepEqual(allAx([toolbar], 'image').concat(allAx([toolbar], 'StaticText')), []);
  await page.getByLabel('Content').focus();
  await page.keyboard.press('Control+b');
  await page.keyboard.type('bold');
  await page.getByRole('button', { name: 'Bold', exact: true, pressed: true }).waitFor();
  const now = await readAxTree(page);
  assert.equal(findAx(now, 'button', 'Bold').states['pressed'], 'true');
  assert.equal(findAx(now, 'button', 'Italic').states['pressed'], 'false');
  for (const name of ['Title', 'Content']) {
    assert.equal(findAx(now, 'textbox', name).states['multiline'], true);
  }
  for (const name of ['Written as', 'For']) findAx(now, 'combobox', name);
  for (const name of ['Save draft', 'Preview', 'Publish']) findAx(now, 'button', name);
  await leave();
});

for (const width of [390, 1440]) {
  test(`at ${width} px the preview is a region of its own, and its title is a heading`, async () => {
    const { page, leave } = await begin('/posts/new', width);
    await page.locator('.tools[data-ready]').waitFor();
    await page.getByLabel('Title').fill('Soup');
    await page.getByLabel('Content').fill('Cut the **onions**');
    const region = page.getByRole('region', { name: 'Preview' });
    if (width === 390) await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await region.locator('strong').waitFor();
    const preview = findAx(await readAxTree(page), 'region', 'Preview');
    const heading = findAx([preview], 'heading', 'Soup');
    assert.equal(heading.states['level'], 2);
    assert.match(textOfAx(preview), /Cut the onions/);
    // Said while one types on, without interrupting.
    assert.equal(findAx([preview], 'status').states['live'], 'polite');
    await leave();
  });
}

test('two versions: what happened, what each button does, and what differs are read', async () => {
  const { page, person, leave } = await begin('/drafts');
  const draft = await newDraft(site.client, person.token, { title: 'Soup', content: 'one\ntwo' });
  await page.goto(`/drafts/${draft.id}`);
  const sent = { token: person.token, json: { content: 'one\nthree' }, headers: ifMatch(draft) };
  await site.client.api('PATCH', `/api/drafts/${draft.id}`, sent);
  await page.getByLabel('Content').fill('one\nfour');
  // As without scripts, which keep the page.
  await page.evaluate(`(() => {
    const form = document.querySelector('form[data-draft]');
    form.insertAdjacentHTML('beforeend', '<input type="hidden" name="do" value="save">');
    form.submit();
  })()`);
  await page.getByRole('heading', { level: 1, name: 'Two Versions of One Text' }).waitFor();
  const tree = await readAxTree(page);
  const [status] = allAx(tree, 'status').map(textOfAx).filter(Boolean);
  assert.match(status ?? '', /has changed since you began.*Nothing is lost/);
  const described = allAx(tree, 'button').flatMap(({ name, description }) =>
    /^(?:Keep|Edit)/.test(name) ? [[name, description.replace(/:.*/s, '')]] : [],
  );
  assert.deepEqual(
    described,
    ['Keep mine', 'Keep theirs', 'Edit together'].map((name) => [name, name]),
  );
  for (const [name, differs] of [
    ['Yours', 'four'],
    ['Theirs', 'three'],
  ] as const) {
    findAx(tree, 'heading', name);
    const text = textOfAx(findAx(tree, 'region', `${name}: text`));
    assert.match(text, new RegExp(String.raw`^one\s*\[differs:\s*${differs}\s*\]$`));
  }
  await leave();
});
