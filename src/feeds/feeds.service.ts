import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { getPosts, getPostsOf, shown } from '../posts/posts.service.ts';
import { getFixedSetting } from '../settings/settings.ts';
import { ENTRIES, type Feed } from './feed.ts';

/**
 * A page of the blog's feed, or of one person's: what everybody may read. Throws 404 without that
 * user.
 */
export async function getFeed(
  ctx: Context,
  { userId, cursor }: { userId?: number | undefined; cursor?: string | undefined },
): Promise<Feed> {
  const range = { cursor, skip: 0, limit: ENTRIES };
  const { author, list } =
    userId === undefined
      ? { author: null, list: await getPosts(ctx, null, range) }
      : await getPostsOf(ctx, null, userId, range);
  const next = new URLSearchParams(list.next).get('cursor') ?? undefined;
  const posts = await Promise.all(list.posts.map((post) => shown(ctx, post)));
  return { id: await getFeedId(ctx), person: author, posts, cursor, next };
}

/**
 * What all ids in feeds begin with: the host and the day of the first use, as RFC 4151 asks, and
 * random digits, since many blogs begin as localhost. It stays when the blog moves, so that nobody is
 * shown old posts as new.
 */
async function getFeedId(ctx: Context): Promise<string> {
  return getFixedSetting(ctx, 'feed-id', () => {
    const { hostname } = new URL(ctx.config.FRONTEND_URL);
    // An IPv6 address is not a name.
    const host = hostname.includes(':') ? 'localhost' : hostname;
    const day = new Date(ctx.clock()).toISOString().slice(0, 10);
    return `tag:${host},${day}:${randomBytes(8).toString('hex')}`;
  });
}
