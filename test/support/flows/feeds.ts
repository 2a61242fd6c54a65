import assert from 'node:assert/strict';
import { XmlDocument } from 'libxml2-wasm';
import { openBlog } from '../blog.ts';
import { createVisitor, type Seen } from '../visitor.ts';

export const BLOG = 'https://ink.example/blog';
const ATOM = { a: 'http://www.w3.org/2005/Atom' };

/** Read by a strict parser: throws for what is not well-formed. */
export function xmlOf(text: string): { texts: (path: string) => string[] } {
  const document = XmlDocument.fromString(text);
  const texts = (path: string) => document.find(path, ATOM).map((node) => node.content);
  return { texts };
}

/** A blog at BLOG, and what a stranger reads there. */
export async function openFeeds() {
  const { server, client } = await openBlog({ FRONTEND_URL: BLOG, SITE_NAME: `Ink & <"Co">` });
  const { db } = server.context;
  const ann = await client.person('Ann & Bob');
  const visitor = createVisitor(server.url);

  async function read(path: string): Promise<Seen> {
    const seen = await visitor.get(path);
    assert.equal(seen.status, 200, seen.text);
    return seen;
  }

  const idsOf = async (path = '/feed.atom') =>
    xmlOf((await read(path)).text).texts('//a:entry/a:id');

  async function clear(): Promise<void> {
    await db.deleteFrom('posts').execute();
  }

  return { server, client, db, ann, visitor, read, idsOf, clear };
}
