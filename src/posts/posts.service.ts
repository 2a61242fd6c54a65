import { authorize, can, countFor, visibleTo, type Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { PostRow, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { RENDERER } from '../text/rendered.ts';
import { cursorAfter, type Place, readCursor } from './cursor.ts';
import {
  postSubject,
  type Entry,
  type ListedPost,
  type PostWithText,
  type ShownPost,
} from './post.ts';
import { findNeighbours, type Neighbours } from './neighbours.store.ts';
import { textOf } from './writing/texts.service.ts';
import * as store from './posts.store.ts';
import * as lists from './lists.store.ts';

export interface PostsPage<Post = PostWithText> {
  posts: Post[];
  /** of all pages */
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

/** One page of the posts that `viewer` may read, newest first; with `of`, of those that it names. */
export async function getPosts(
  ctx: Context,
  viewer: Viewer,
  page: PageRequest,
  of?: lists.Of,
): Promise<PostsPage> {
  return pageOf(viewer, page, of, (range) => lists.listPosts(ctx.db, range));
}

/** The same for a list on a page, which shows only the beginnings of the texts. */
export async function getEntries(
  ctx: Context,
  viewer: Viewer,
  page: PageRequest,
  of?: lists.Of,
): Promise<PostsPage<ListedPost>> {
  const list = await pageOf(viewer, page, of, (range) => lists.listEntries(ctx.db, range));
  return { ...list, posts: await Promise.all(list.posts.map((entry) => listed(ctx, entry))) };
}

/** An entry of a list, ready for a page. */
async function listed(
  ctx: Pick<Context, 'db'>,
  { renderer, teaser, excerpt_cut, words, picture, ...head }: Entry,
): Promise<ListedPost> {
  if (renderer === RENDERER && teaser !== null) {
    const first = picture === null ? null : (JSON.parse(picture) as ListedPost['picture']);
    const cut = excerpt_cut === 1 || teaser.endsWith('…');
    return { ...head, teaser, cut, words: words ?? 0, picture: first };
  }
  const post = await store.findPost(ctx.db, head.id);
  if (!post) return { ...head, teaser: '', cut: false, words: 0, picture: null };
  const text = await textOf(ctx, post);
  const cut = text.excerptCut || text.teaser.endsWith('…');
  return { ...head, teaser: text.teaser, cut, words: text.words, picture: text.picture };
}

async function pageOf<Post extends Place>(
  viewer: Viewer,
  { cursor, skip, limit }: PageRequest,
  of: lists.Of | undefined,
  list: (range: lists.PostRange) => Promise<{ posts: Post[]; total: number }>,
): Promise<PostsPage<Post>> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  // One more than requested shows whether there are more; with skip, the total does.
  const isCounted = !after && of?.month === undefined;
  const range = {
    after,
    skip,
    limit: isCounted ? limit : limit + 1,
    of,
    visible: visibleTo(viewer),
    counted: countFor(viewer),
  };
  const found = await list(range);
  const posts = found.posts.slice(0, limit);
  const hasMore = isCounted ? skip + posts.length < found.total : found.posts.length > limit;
  const last = hasMore ? posts.at(-1) : undefined;
  const next = last && `skip=${skip + posts.length}&limit=${limit}&cursor=${cursorAfter(last)}`;
  return { posts, total: found.total, skip, limit, hasMore, next };
}

/** The posts of these ids that `viewer` may read, in this order; others are left out. */
export async function getPostsById(
  { db }: Pick<Context, 'db'>,
  viewer: Viewer,
  wanted: readonly { id: number }[],
): Promise<PostWithText[]> {
  const ids = wanted.map(({ id }) => id);
  const posts = ids.length === 0 ? [] : await store.findPosts(db, ids, visibleTo(viewer));
  const byId = new Map(posts.map((post) => [post.id, post]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** A post with its text, ready for a page. */
export async function shown(ctx: Context, { text, ...post }: PostWithText): Promise<ShownPost> {
  return { ...post, shown: await textOf(ctx, { text, ...post }) };
}

/** The posts before and after this one that `viewer` may read. */
export async function getNeighbours(
  ctx: Context,
  viewer: Viewer,
  post: Pick<PostRow, 'id' | 'date_posted'>,
): Promise<Neighbours> {
  return findNeighbours(ctx.db, post, visibleTo(viewer));
}

/** How many posts a user has published, with those that are hidden now. */
export async function countPostsOf(ctx: Context, userId: number): Promise<number> {
  return lists.countPosts(ctx.db, { column: 'posts', hiddenOf: 'everybody' }, { userId });
}

/** The post with its author. Throws 404 unless it is there and `viewer` may read it. */
export async function getPost(ctx: Context, viewer: Viewer, id: number): Promise<PostWithText> {
  // Checked in the query, so that a post they may not read takes no longer than a missing one.
  const [post] = await store.findPosts(ctx.db, [id], visibleTo(viewer));
  if (!post) throw postNotFound();
  return post;
}

/** The texts of 403 answers. */
export const REFUSED = {
  update: 'Not authorized to update this post',
  delete: 'Not authorized to delete this post',
  'see-history': 'Not authorized to see the revisions of this post',
};

/** The post, if `viewer` may read it (else 404) and may do this to it (else 403). */
export async function getPostFor(
  ctx: Context,
  viewer: UserRow,
  id: number,
  action: keyof typeof REFUSED,
): Promise<PostWithText> {
  const post = await getPost(ctx, viewer, id);
  authorize(viewer, action, postSubject(post), REFUSED[action]);
  return post;
}

/** A post that `viewer` may read, or may change although nobody may read it. Throws 404. */
export async function getPostOrOwn(
  ctx: Context,
  viewer: Viewer,
  id: number,
): Promise<PostWithText> {
  const post = await store.findPost(ctx.db, id);
  const found =
    post && (['read', 'update'] as const).some((act) => can(viewer, act, postSubject(post)));
  if (!found) throw postNotFound();
  return post;
}

/** As `getPostFor`, and also finds an unpublished post for its author. */
export async function getOwnPostFor(
  ctx: Context,
  viewer: UserRow,
  id: number,
  action: keyof typeof REFUSED,
): Promise<PostWithText> {
  const post = await getPostOrOwn(ctx, viewer, id);
  authorize(viewer, action, postSubject(post), REFUSED[action]);
  return post;
}

export const postNotFound = () => new HttpError(404, 'Post not found');

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
): Promise<(PostRow & { tags: string[] }) | undefined> {
  return store.findPostOf(ctx.db, of);
}
