import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog, type Someone } from '../../support/blog.ts';
import type { Page } from '../../support/client.ts';
import { createVisitor, type Visitor } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;
const ann = await someone('member', 'Ann');
const bob = await someone('member', 'Bob');
const cleo = await someone('member', 'Cleo');

/** What there is of each author, by title. Cleo has written nothing that is not hidden. */
const WRITTEN: [author: Someone, title: string, state: 'published' | 'hidden', audience: string][] =
  [
    [ann, 'Open', 'published', 'everyone'],
    [ann, 'Closed', 'published', 'members'],
    [ann, 'Hidden', 'hidden', 'everyone'],
    [ann, 'Hidden from members', 'hidden', 'members'],
    [bob, 'Open by Bob', 'published', 'blog'],
    [bob, 'Hidden by Bob', 'hidden', 'blog'],
    [cleo, 'Hidden by Cleo', 'hidden', 'everyone'],
  ];
for (const [{ person }, title, state, audience] of WRITTEN) {
  const json = { title, content: 'A cinnamon bun', audience, tags: ['Soup'] };
  const { body } = await client.api('POST', '/api/posts', { token: person.token, json });
  await db.updateTable('posts').set({ state }).where('id', '=', Number(body['id'])).execute();
}
const unpublished = await client.post(ann.person.token, 'Unpublished');
await ann.browser.post(`/posts/${unpublished.id}/unpublish`);

const OPEN = ['Open', 'Open by Bob'];
const PUBLISHED = ['Open', 'Closed', 'Open by Bob'];

interface Reader {
  who: Someone | undefined;
  /** Titles of all that they read, and of what is listed by month and by tag, where nothing hidden is. */
  all: string[];
  published: string[];
}
const everything = WRITTEN.map(([, title]) => title);
const READERS: Record<string, () => Promise<Reader>> = {
  'an anonymous reader': async () => ({ who: undefined, all: OPEN, published: OPEN }),
  'a waiting account': async () => {
    const who = await someone('member');
    const waiting = { state: 'waiting' } as const;
    await db.updateTable('users').set(waiting).where('id', '=', who.person.id).execute();
    return { who, all: OPEN, published: OPEN };
  },
  'a member': async () => ({
    who: await someone('member'),
    all: PUBLISHED,
    published: PUBLISHED,
  }),
  'an author': async () => ({
    who: ann,
    all: [...PUBLISHED, 'Hidden', 'Hidden from members'],
    published: PUBLISHED,
  }),
  'an author of hidden posts alone': async () => ({
    who: cleo,
    all: [...PUBLISHED, 'Hidden by Cleo'],
    published: PUBLISHED,
  }),
  'an editor': async () => ({
    who: await someone('editor'),
    all: everything,
    published: PUBLISHED,
  }),
};

const authorOf = new Map(WRITTEN.map(([{ person }, title]) => [title, person]));
const titlesIn = (text: string) =>
  everything.filter((title) => text.includes(`>${title}</a>`) || text.includes(`"${title}"`));
const sorted = (titles: string[]) => titles.toSorted();
const numbers = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, count]) => Number(count));

for (const [name, open] of Object.entries(READERS)) {
  test(`${name} is told of the same posts by each list and count`, async () => {
    const { who, all, published } = await open();
    const browser: Visitor = who?.browser ?? createVisitor(server.url);
    const token = who ? { token: who.person.token } : {};
    const page = async (path: string) => (await browser.get(path)).text;
    const api = async (path: string) => (await client.api<Page>('GET', path, token)).body;

    const agrees = async (path: string, titles: string[]) => {
      const list = await api(path);
      const shown = list.posts.map(({ title }) => title);
      assert.deepEqual(sorted(shown), sorted(titles), path);
      assert.deepEqual([list.total, list.has_more], [titles.length, false], path);
      const part = await api(`${path}${path.includes('?') ? '&' : '?'}limit=1`);
      assert.deepEqual([part.total, part.has_more], [titles.length, titles.length > 1], path);
    };
    await agrees('/api/posts', all);
    await agrees('/api/posts?tag=soup', published);
    for (const { person } of [ann, bob, cleo]) {
      const theirs = all.filter((title) => authorOf.get(title) === person);
      await agrees(`/api/users/${person.id}/posts`, theirs);
      const text = await page(`/users/${person.id}/posts`);
      assert.deepEqual(sorted(titlesIn(text)), sorted(theirs), person.username);
      assert.deepEqual(numbers(text, />(\d+) posts?, here since/g), [theirs.length]);
    }

    assert.deepEqual(sorted(titlesIn(await page('/'))), sorted(all), 'the front page');
    const people = await page('/people');
    const counts = [ann, bob, cleo]
      .map(({ person }) => all.filter((title) => authorOf.get(title) === person).length)
      .filter((count) => count > 0);
    assert.deepEqual(numbers(people, />(\d+) posts?, here since/g), counts, 'people');
    const found = (await api('/api/search?q=cinnamon')).posts.map(({ title }) => title);
    assert.deepEqual(sorted(found), sorted(all), 'the search');
    assert.deepEqual(numbers(await page('/search?q=cinnamon'), />(\d+) posts, newest/g), [
      all.length,
    ]);

    const archive = await page('/archive');
    assert.deepEqual(numbers(archive, /<h2[^>]*>\d+ <span class="meta">(\d+) /g), [
      published.length,
    ]);
    const [month = ''] = /\/archive\/\d{4}\/\d{2}/.exec(archive) ?? [];
    for (const [path, count] of [
      [month, /<p class="meta">(\d+) posts?</g],
      ['/tags/soup', /<p class="meta">(\d+) posts? ·/g],
    ] as const) {
      const text = await page(path);
      assert.deepEqual(sorted(titlesIn(text)), sorted(published), path);
      assert.deepEqual(numbers(text, count), [published.length], path);
    }
    assert.deepEqual(numbers(await page('/tags'), />(\d+) posts?</g), [published.length]);
    const tags = await client.api('GET', '/api/tags', token);
    assert.deepEqual(tags.body['tags'], [{ name: 'Soup', posts: published.length }]);
  });
}
