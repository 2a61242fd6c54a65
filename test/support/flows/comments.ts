import { openBlog } from '../blog.ts';
import { type Comment, newComment } from '../comments.ts';
import { createVisitor, type Visitor } from '../visitor.ts';

/** A blog with a clock that a test may set, in which Bob comments on what Ann writes. */
export async function openCommentedBlog() {
  const time = { now: Date.now() };
  const blog = await openBlog({}, {}, { clock: () => time.now });
  const { client, server } = blog;
  const ann = await client.person('Ann');
  const bob = await client.person('Bob');
  const newPost = () => client.post(ann.token, 'About soup');
  const add = (post: { id: number }, content: string, token = bob.token, parent_id?: number) =>
    newComment(client, token, post.id, { content, ...(parent_id && { parent_id }) });
  const send = (postId: number, json: unknown, token = bob.token) =>
    client.api('POST', `/api/posts/${postId}/comments`, { token, json });
  return { ...blog, db: server.context.db, time, ann, bob, newPost, add, send };
}

/** The same with a browser of each, of Eve, an editor, and of anyone. */
export async function openCommentPages() {
  const blog = await openCommentedBlog();
  const { ann, bob, server, someone } = blog;
  const { person: eve, browser: asEve } = await someone('editor', 'Eve');
  const [asAnn, asBob, anyone] = Array.from({ length: 3 }, () => createVisitor(server.url)) as [
    Visitor,
    Visitor,
    Visitor,
  ];
  await asAnn.signIn(ann);
  await asBob.signIn(bob);
  const pageOf = async (post: { id: number }, who: Visitor = anyone, query = '') =>
    (await who.get(`/posts/${post.id}${query}`)).text;
  return { ...blog, eve, asAnn, asBob, asEve, anyone, pageOf };
}

/** The part of a post's page that has its comments. */
export const sectionOf = (text: string) =>
  /<section class="comments".*?<\/section>/s.exec(text)?.[0] ?? '';

export const contentsOf = (comments: Comment[]) => comments.map(({ content }) => content);
