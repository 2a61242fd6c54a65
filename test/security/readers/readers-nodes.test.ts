import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import type { Post } from '../../support/client.ts';
import { mediaVariables } from '../../support/pictures/media.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, type Visitor } from '../../support/visitor.ts';
import { pixel } from '../people.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';

const SECRET = 'Zanzibar';
/** How long a node may answer from what it knew; milliseconds. */
const MAY_BE_OLD = 100;

const { server, client } = await openBlog();
const { database } = server.context.config;
/** Another node, with the same database and pictures. */
const other = await startServer({
  DATABASE_URL: database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url,
  DATA_DIR: server.dataDir,
  ...(await mediaVariables(server.dataDir)),
  SECRET_KEY: Buffer.from(server.context.config.secretKey).toString(),
});
after(() => other.stop());

const author = await client.person();
const editor = createVisitor(server.url);
const editing = await client.person();
await editor.signIn(editing);
await server.context.db
  .updateTable('users')
  .set({ role: 'editor' })
  .where('id', '=', editing.id)
  .execute();

/** A post with a picture: its own path, those of the API, and of a file. */
async function publish(): Promise<{ id: number; paths: string[] }> {
  const { token } = author;
  const { markdown, urls } = await addPicture(client, author, pixel);
  const [file = ''] = Object.values(urls);
  const content = `${SECRET} ${markdown}`;
  const json = { title: SECRET, content, format: 'markdown', audience: 'blog' };
  const { body } = await client.api<Post>('POST', '/api/posts', { token, json });
  const api = `/api/posts/${body.id}`;
  const shown = ['/', `/posts/${body.id}`, api, `${api}/rendered`, '/api/posts', '/feed.atom'];
  return { id: body.id, paths: [...shown, new URL(file, server.url).pathname] };
}

/** What each path answers there, twice, so that a cache has had its chance. */
async function read(url: string, paths: string[], headers: Record<string, string> = {}) {
  const answers: { path: string; status: number; leaks: boolean }[] = [];
  for (const path of [...paths, ...paths]) {
    const got = await fetch(url + path, { headers, redirect: 'manual' });
    const text = await got.text();
    const isFile = path.startsWith('/media/');
    const leaks = isFile ? got.status === 200 : text.includes(SECRET);
    answers.push({ path, status: got.status, leaks });
  }
  return answers;
}

const leaking = (answers: { path: string; leaks: boolean }[]) =>
  answers.filter(({ leaks }) => leaks).map(({ path }) => path);

/** What closes a post to strangers, by a request to the first node. */
const CLOSING: Record<string, (id: number) => Promise<unknown>> = {
  'the blog becomes one for members': () => changeSetting(server.context, 'readers', 'members'),
  'a post becomes one for members': (id) => {
    const json = { audience: 'members' };
    return client.api('PATCH', `/api/posts/${id}`, { token: author.token, json });
  },
  'a post is unpublished': async (id) => {
    const browser = createVisitor(server.url);
    await browser.signIn(author);
    const { status } = await browser.post(`/posts/${id}/unpublish`);
    assert.equal(status, 303);
  },
  'a post is deleted': (id) => client.api('DELETE', `/api/posts/${id}`, { token: author.token }),
};

beforeEach(async () => {
  await server.context.db.deleteFrom('posts').execute();
  await changeSetting(server.context, 'readers', 'everyone');
  await sleep(MAY_BE_OLD);
});

for (const [what, close] of Object.entries(CLOSING)) {
  test(`once ${what}, strangers are refused here at once, and at the other node within 100 ms`, async () => {
    const { id, paths } = await publish();
    await sleep(MAY_BE_OLD);
    for (const { url } of [server, other]) {
      assert.deepEqual(new Set(leaking(await read(url, paths))), new Set(paths), url);
    }
    await close(id);
    assert.deepEqual(leaking(await read(server.url, paths)), [], 'here');
    await sleep(MAY_BE_OLD);
    assert.deepEqual(leaking(await read(other.url, paths)), [], 'there');
  });
}

const cookieOf = ({ cookies }: Visitor) => [...cookies].map((pair) => pair.join('=')).join('; ');

/** What takes the right to read from somebody. */
const REMOVED: Record<string, (id: number) => Promise<unknown>> = {
  'is suspended': (id) => editor.post(`/admin/people/${id}/suspend`, { reason: 'x', days: '7' }),
  'is removed': (id) => editor.post(`/admin/people/${id}/delete`, { reason: 'x' }),
  'has to wait again': (id) => {
    const { db } = server.context;
    return db.updateTable('users').set({ state: 'waiting' }).where('id', '=', id).execute();
  },
};

for (const [what, remove] of Object.entries(REMOVED)) {
  test(`the next request of a member who ${what} is refused at both nodes`, async () => {
    const { paths } = await publish();
    await changeSetting(server.context, 'readers', 'members');
    await sleep(MAY_BE_OLD);
    const person = await client.person();
    const browser = createVisitor(server.url);
    await browser.signIn(person);
    const headers = { cookie: cookieOf(browser), authorization: `Bearer ${person.token}` };
    for (const { url } of [server, other]) {
      assert.deepEqual(new Set(leaking(await read(url, paths, headers))), new Set(paths), url);
    }
    await remove(person.id);
    for (const { url } of [server, other]) {
      const answers = await read(url, paths, headers);
      assert.deepEqual(leaking(answers), [], url);
      assert.ok(answers.every(({ status }) => status >= 300));
    }
  });
}
