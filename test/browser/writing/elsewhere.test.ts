import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomes, says } from '../../support/awaited.ts';
import { type Draft, newDraft } from '../../support/drafts.ts';
import { openSite, signIn } from '../../support/site.ts';

const site = await openSite();

/** A new person who has a post with a draft open; the page's clock only goes on when it is told to. */
async function begin() {
  const person = await site.client.person();
  const { token } = person;
  const post = await site.client.post(token, 'Rota', 'published');
  const draft = await newDraft(site.client, token, { post_id: post.id, content: 'in work' });
  const { page, leave } = await site.visit();
  await page.clock.install();
  await signIn(page, person);
  const loaded = page.waitForResponse(/autosave/);
  await page.goto(`/posts/${post.id}/edit`);
  await loaded.then((response) => response.finished());
  const remove = (path: string) => site.client.api('DELETE', `/api/${path}`, { token });
  const contents = async () => {
    const { body } = await site.client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token });
    return body.drafts.map(({ content }) => content).toSorted();
  };
  const write = async (content: string) => {
    await page.fill('#content', content);
    await page.clock.runFor(25_000);
  };
  return { page, leave, post, draft, remove, contents, write };
}

test('a post that is deleted while one writes goes on as a new draft, and Publish makes a new post of it', async () => {
  for (const saved of [true, false]) {
    const { page, leave, post, remove, contents, write } = await begin();
    if (saved) await write('typed');
    else await page.fill('#content', 'typed');
    if (saved) await becomes(contents, ['typed']);
    await remove(`posts/${post.id}`);
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('This post has been deleted. What you wrote is kept below').waitFor();
    assert.equal(await page.inputValue('#content'), 'typed');
    await page.getByRole('heading', { level: 1, name: 'New Post' }).waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await says(page, 'Post "Rota" created successfully!');
    // What the server had of it is still there.
    assert.deepEqual(await contents(), [saved ? 'typed' : 'in work']);
    await leave();
  }
});

test('a post that is deleted while one writes on is saved as a new draft by itself', async () => {
  const { page, leave, post, remove, contents, write } = await begin();
  await remove(`posts/${post.id}`);
  await write('goes on');
  await page.clock.runFor(25_000);
  await becomes(contents, ['goes on', 'in work']);
  await page.waitForURL('**/drafts/*');
  await leave();
});

test('a draft that is discarded in another tab while one types is published as what was typed', async () => {
  const { page, leave, post, draft, remove } = await begin();
  await page.fill('#content', 'typed');
  await remove(`drafts/${draft.id}`);
  await page.getByRole('button', { name: 'Publish' }).click();
  await says(page, 'Post updated successfully!');
  const { body } = await site.client.api('GET', `/api/posts/${post.id}`);
  assert.equal(body['content'], 'typed');
  await leave();
});

test('a clock that is set back an hour while one writes does not keep the next text from being saved', async () => {
  const { page, leave, contents, write } = await begin();
  await write('before');
  await becomes(contents, ['before']);
  const now = await page.evaluate<number>('Date.now()');
  await page.clock.setSystemTime(now - 60 * 60_000);
  await write('after');
  await becomes(contents, ['after']);
  await leave();
});
