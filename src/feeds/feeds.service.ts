import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { getPosts, type PageRequest, type PostsPage, shown } from '../posts/posts.service.ts';
import { getFixedSetting } from '../settings/settings.ts';
import { tagNotFound } from '../tags/edit-tags.service.ts';
import { findTag } from '../tags/tags.service.ts';
import { getUser } from '../users/users.service.ts';
import { ENTRIES, type Feed, type FeedSubject } from './feed.ts';

/**
 * A page of the blog's feed, or of one person's or a tag's: what everybody may read. Throws 404 if
 * the user does not exist, or the tag has no public post.
 */
export async function getFeed(
  ctx: Context,
  { cursor, ...of }: { userId?: number; tag?: string; cursor?: string | undefined },
): Promise<Feed> {
  const range = { cursor, skip: 0, limit: ENTRIES };
  const { list, ...subject } = await findPosts(ctx, of, range);
  const next = new URLSearchParams(list.next).get('cursor') ?? undefined;
  const posts = await Promise.all(list.posts.map((post) => shown(ctx, post)));
  return { id: await getFeedId(ctx), ...subject, posts, cursor, next };
}

async function findPosts(
  ctx: Context,
  { userId, tag: name }: { userId?: number; tag?: string },
  range: PageRequest,
): Promise<FeedSubject & { list: PostsPage }> {
  if (name !== undefined) {
    const tag = await findTag(ctx, null, name);
    if (!tag) throw tagNotFound();
    return { tag, list: await getPosts(ctx, null, range, { tagId: tag.id }) };
  }
  if (userId === undefined) return { list: await getPosts(ctx, null, range) };
  const person = await getUser(ctx, userId);
  return { person, list: await getPosts(ctx, null, range, { userId }) };
}

/**
 * What all ids in feeds begin with: the host and the day of the first use, as RFC 4151 requires,
 * and random digits, because many blogs start as localhost. It never changes, so that readers do
 * not see old posts as new after the blog has moved.
 */
export async function getFeedId(ctx: Context): Promise<string> {
  return getFixedSetting(ctx, 'feed-id', () => {
    const { hostname } = new URL(ctx.config.FRONTEND_URL);
    // RFC 4151 wants a name, which an IPv6 address is not.
    const host = hostname.includes(':') ? 'localhost' : hostname;
    const day = new Date(ctx.clock()).toISOString().slice(0, 10);
    return `tag:${host},${day}:${randomBytes(8).toString('hex')}`;
  });
}
