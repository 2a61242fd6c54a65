import assert from 'node:assert/strict';
import { openBlog } from '../blog.ts';
import type { Page } from '../client.ts';
import { createVisitor } from '../visitor.ts';

/** A blog without limits, browsers of Ann, who writes, of Eve, an editor, and of a reader. */
export async function openTags() {
  const { server, client, someone } = await openBlog({ RATE_LIMITS: 'off' });
  const { person: ann, browser: writer } = await someone('member', 'Ann');
  const { person: eve, browser: editor } = await someone('editor', 'Eve');
  const reader = createVisitor(server.url);

  const write = async (tags: string[], more: object = {}) => {
    const json = { title: 'A title', content: 'Some text', tags, ...more };
    const made = await client.api<{ id: number }>('POST', '/api/posts', { token: ann.token, json });
    assert.equal(made.status, 201, made.text);
    return made.body.id;
  };
  const tagsOf = async (id: number) => {
    const { body } = await client.api<{ tags: string[] }>('GET', `/api/posts/${id}/details`);
    return body.tags;
  };
  /** The ids of the posts that a search finds. */
  const found = async (q: string, token?: string) => {
    const path = `/api/search?q=${encodeURIComponent(q)}`;
    const { body } = await client.api<Page>('GET', path, token === undefined ? {} : { token });
    return body.posts.map(({ id }) => id);
  };

  return {
    server,
    client,
    db: server.context.db,
    ann,
    eve,
    writer,
    editor,
    reader,
    write,
    tagsOf,
    found,
  };
}
