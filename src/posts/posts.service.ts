import { authorize, can, visibleTo, type Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import type { PostRow, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { getUser, userExists } from '../users/users.service.ts';
import { cursorAfter, readCursor } from './cursor.ts';
import type { PostCreate, PostUpdate, PostWithAuthor } from './post.ts';
import * as store from './posts.store.ts';

export interface PostsPage {
  posts: PostWithAuthor[];
  /** On all pages. */
  total: number;
  /** How many posts came before, as far as the client knows. */
  skip: number;
  limit: number;
  hasMore: boolean;
  /** The query of the next page, if there is one. */
  next: string | undefined;
}

/** Which page of a list: it begins at `cursor`, or after `skip` posts. */
export interface PageRequest {
  cursor?: string | undefined;
  skip: number;
  limit: number;
}

/** One page of the posts that `viewer` may read, newest first; with `userId`, of one user's. */
export async function getPosts(
  ctx: Context,
  viewer: Viewer,
  { cursor, skip, limit }: PageRequest,
  userId?: number,
): Promise<PostsPage> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  // One more than requested shows whether there are more.
  const range = {
    after,
    skip,
    limit: after ? limit + 1 : limit,
    userId,
    visible: visibleTo(viewer),
  };
  const found = await store.listPosts(ctx.db, range);
  const posts = found.posts.slice(0, limit);
  const hasMore = after ? found.posts.length > limit : skip + posts.length < found.total;
  const last = hasMore ? posts.at(-1) : undefined;
  const next = last && `skip=${skip + posts.length}&limit=${limit}&cursor=${cursorAfter(last)}`;
  return { posts, total: found.total, skip, limit, hasMore, next };
}

/** A user with one page of their posts. Throws 404 without that user. */
export async function getPostsOf(
  ctx: Context,
  viewer: Viewer,
  userId: number,
  page: PageRequest,
): Promise<{ author: UserRow; list: PostsPage }> {
  const author = await getUser(ctx, userId);
  return { author, list: await getPosts(ctx, viewer, page, userId) };
}

/** How many posts a user has written. */
export async function countPostsOf(ctx: Context, userId: number): Promise<number> {
  return store.countPosts(ctx.db, userId);
}

/** The post with its author. Throws 404 unless it exists and `viewer` may read it. */
export async function getPost(ctx: Context, viewer: Viewer, id: number): Promise<PostWithAuthor> {
  const post = await store.findPost(ctx.db, id);
  if (!post || !can(viewer, 'read', subject(post))) throw postNotFound();
  return post;
}

/**
 * Creates a post. A form that is sent twice creates one; a form that is sent again with another
 * text, as browsers restore one, creates another. Throws 401 if the author's account was deleted
 * meanwhile.
 */
export async function createPost(
  ctx: Context,
  author: UserRow,
  { title, content }: PostCreate,
  formKey: string | null = null,
): Promise<PostWithAuthor> {
  const post = { user_id: author.id, title, content, date_posted: micros(ctx.clock) };
  try {
    const id =
      (await store.insertPost(ctx.db, { ...post, form_key: formKey })) ??
      (await store.findPostOfForm(ctx.db, { ...post, form_key: formKey })) ??
      (await store.insertPost(ctx.db, post));
    if (id === undefined) throw new Error('a post without a key cannot have been sent before');
    const { username, picture_key } = author;
    return { id, ...post, username, picture_key };
  } catch (error) {
    if (await userExists(ctx, author.id)) throw error;
    const headers = { 'www-authenticate': 'Bearer' };
    throw new HttpError(401, 'User not found', { headers, cause: error });
  }
}

/** The post, if it exists (else 404) and `viewer` may do this to it (else 403). */
export async function getPostFor(
  ctx: Context,
  viewer: UserRow,
  id: number,
  action: 'update' | 'delete',
): Promise<PostWithAuthor> {
  const post = await getPost(ctx, viewer, id);
  authorize(viewer, action, subject(post), `Not authorized to ${action} this post`);
  return post;
}

/** Changes the fields that are given and not null. Throws 404, 403. */
export async function updatePost(
  ctx: Context,
  viewer: UserRow,
  id: number,
  { title, content }: PostUpdate,
): Promise<PostWithAuthor> {
  const post = await getPostFor(ctx, viewer, id, 'update');
  const change = { ...(title != null && { title }), ...(content != null && { content }) };
  if (Object.keys(change).length === 0) return post;
  await store.updatePost(ctx.db, id, change);
  return { ...post, ...change };
}

/** Throws 404, 403. */
export async function deletePost(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  await getPostFor(ctx, viewer, id, 'delete');
  await store.deletePost(ctx.db, id);
}

/** For the host: without a check of ownership. Throws 404. */
export async function deleteAnyPost(ctx: Context, id: number): Promise<void> {
  if (!(await store.deletePost(ctx.db, id))) throw postNotFound();
}

const subject = ({ user_id: author }: PostWithAuthor) => ({ kind: 'post', author }) as const;
const postNotFound = () => new HttpError(404, 'Post not found');

/** The titles of all posts of a user, oldest first. */
export async function listTitlesOf(
  ctx: Context,
  userId: number,
): Promise<Pick<PostRow, 'id' | 'title'>[]> {
  return store.listTitles(ctx.db, userId);
}

/** A whole post, if it still exists and is the user's. */
export async function takeOwnPost(
  ctx: Context,
  of: { id: number; userId: number },
): Promise<PostRow | undefined> {
  return store.findPostOf(ctx.db, of);
}
