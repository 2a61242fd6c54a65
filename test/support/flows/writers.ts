import { openBlog } from '../blog.ts';
import { type Page, type Post } from '../client.ts';
import { type Draft } from '../drafts.ts';
import { createVisitor, type Seen, valuesOf } from '../visitor.ts';

interface Revision {
  title: string;
  content: string;
  published: boolean;
}

/** A blog, and people who write drafts and posts in a browser without scripts. */
export async function openWritersBlog() {
  const { server, client } = await openBlog();

  /** A new person with a browser. */
  async function writer() {
    const person = await client.person();
    const visitor = createVisitor(server.url);
    await visitor.signIn(person);
    const { token } = person;
    const drafts = async () =>
      (await client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token })).body.drafts;
    const post = (title: string, content: string) => client.post(token, title, content);
    const read = async (id: number) => (await client.api<Post>('GET', `/api/posts/${id}`)).body;
    const posts = async () => {
      const { body } = await client.api<Page>('GET', `/api/users/${person.id}/posts`);
      return body.posts.map(({ title, content }) => `${title}: ${content}`);
    };
    const revisions = async (id: number) => {
      const path = `/api/posts/${id}/revisions`;
      const { body } = await client.api<{ revisions: Revision[] }>('GET', path, { token });
      return body.revisions.map((one) => `${one.published ? 'published' : 'kept'}: ${one.content}`);
    };
    return { ...person, ...visitor, drafts, newPost: post, read, posts, revisions };
  }

  return { server, client, writer };
}

/** The draft that a redirect leads to. */
export const idIn = ({ location }: Seen) => Number(/^\/drafts\/(\d+)/.exec(location)?.[1]);

/** The form's hidden and visible fields, ready to be posted again. */
export const fieldsOf = (page: Seen) =>
  Object.fromEntries(Object.entries(valuesOf(page)).map(([name, value]) => [name, value ?? '']));
