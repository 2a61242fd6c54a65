import assert from 'node:assert/strict';
import type { UserRow } from '../../../src/db/schema.ts';
import { openBlog } from '../blog.ts';
import { createVisitor } from '../visitor.ts';
import { BLOG } from './feeds.ts';

/** The four addresses that a page shows, without the blog's own, and the token in them. */
function addressesOf({ text }: { text: string }) {
  const found = [...text.matchAll(/ readonly>https:\/\/ink\.example\/blog([^<]+)</g)];
  const [posts = '', json = '', notices = '', noticesJson = ''] = found.map(([, path]) => path);
  return { posts, json, notices, noticesJson, token: posts.split('/')[2] ?? '' };
}

/** A blog at BLOG, in which Ann writes, readers have feeds of their own, and a stranger knows addresses. */
export async function openPrivateFeeds() {
  const { server, client } = await openBlog({ FRONTEND_URL: BLOG, SITE_NAME: 'Ink & Co' });
  const { db } = server.context;
  const ann = await client.person('Ann');
  const stranger = createVisitor(server.url);

  async function reader() {
    const person = await client.person();
    const browser = createVisitor(server.url);
    await browser.signIn(person);
    const make = async () => {
      const page = await browser.post('/account/feeds');
      assert.equal(page.status, 200);
      return addressesOf(page);
    };
    const change = (to: Partial<UserRow>) =>
      db.updateTable('users').set(to).where('id', '=', person.id).execute();
    return { ...person, browser, make, change, feeds: await make() };
  }

  const publish = async (title: string, more: object = {}) => {
    const json = { title, content: `About ${title}`, ...more };
    const { body } = await client.api('POST', '/api/posts', { token: ann.token, json });
    return Number(body['id']);
  };

  async function read(path: string): Promise<string> {
    const { status, text } = await stranger.get(path);
    assert.equal(status, 200, text);
    return text;
  }

  return { server, client, db, ann, stranger, reader, publish, read };
}
