import { currentMarkup } from '../../comments/rendered/rendered.service.ts';
import type { Context } from '../../context.ts';
import { MEDIA } from '../../media/picture-variants.ts';
import { noticeText } from '../../notices/notice-words.service.ts';
import { getNotices, noticePath, type FoundNotice } from '../../notices/reading.service.ts';
import { getPosts, shown } from '../../posts/posts.service.ts';
import { isoTime } from '../../views/date.ts';
import { href } from '../../views/href.ts';
import { html } from '../../views/html.ts';
import { absoluteMarkup } from '../absolute-markup.ts';
import { authorOf } from '../entries.ts';
import { ENTRIES, type Entry, type Feed, type FeedSite } from '../feed.ts';
import { getFeedId } from '../feeds.service.ts';
import { signedLink, withSignedLinks } from './picture-links.ts';
import { openFeed, type FeedReader } from './private-feeds.service.ts';

interface Asked {
  token: string;
  cursor?: string | undefined;
}

/** A page of the blog as the person with this token may read it. Throws 404. */
export async function getOwnPosts(ctx: Context, { token, cursor }: Asked): Promise<Feed> {
  const reader = await openFeed(ctx, token);
  const list = await getPosts(ctx, reader.user, { cursor, skip: 0, limit: ENTRIES });
  const next = new URLSearchParams(list.next).get('cursor') ?? undefined;
  const posts = await Promise.all(list.posts.map((post) => shown(ctx, post)));
  return {
    id: await getFeedId(ctx),
    posts,
    cursor,
    next,
    own: {
      name: `reader/${reader.user.id}`,
      title: `for ${reader.user.username}`,
      folder: `/feeds/${token}/`,
      home: '/',
      entries: (site, entries) => entries.map(signed(ctx, reader, site)),
    },
  };
}

/** A page of the notices of the person with this token. Throws 404. */
export async function getOwnNotices(ctx: Context, { token, cursor }: Asked): Promise<Feed> {
  const reader = await openFeed(ctx, token);
  const before = cursor === undefined ? undefined : Number(cursor);
  const { notices, next } = await getNotices(ctx, reader.user, { before, limit: ENTRIES });
  const id = await getFeedId(ctx);
  const told = await Promise.all(notices.map(withMarkup));
  return {
    id,
    posts: [],
    cursor,
    next: next?.toString(),
    own: {
      name: `notices/${reader.user.id}`,
      title: `Notices for ${reader.user.username}`,
      folder: `/feeds/${token}/notices/`,
      home: '/notices',
      entries: (site) => told.map(entryOf(site, id)).map(signed(ctx, reader, site)),
    },
  };
}

type Told = FoundNotice & { comment: string | null };

/** The notice, with the comment's current markup if it is about a comment. */
async function withMarkup(notice: FoundNotice): Promise<Told> {
  const { comment_content: content, comment_html, comment_renderer: renderer } = notice;
  return { ...notice, comment: await currentMarkup({ content, html: comment_html, renderer }) };
}

function entryOf(site: FeedSite, feedId: string): (notice: Told) => Entry {
  return (notice) => {
    const { id, actor_id, username, picture_key, created_at, comment } = notice;
    const url = site.publicUrl + noticePath(notice);
    const title = noticeText(notice);
    const said = String(html`<p>${title}</p>`);
    const quoted = comment ? `${said}<blockquote>${comment}</blockquote>` : said;
    const by = actor_id !== null && username !== null && { id: actor_id, username, picture_key };
    return {
      id: `${feedId}/notice/${id}`,
      url,
      title,
      html: absoluteMarkup(site, url, quoted),
      published: isoTime(created_at),
      updated: isoTime(created_at),
      tags: [],
      author: by ? authorOf(site, by) : { name: site.siteName, url: `${site.publicUrl}/` },
    };
  };
}

/**
 * Pictures are loaded from this blog, by links signed for this reader, not from MEDIA_BASE_URL,
 * which anybody can fetch.
 */
function signed(
  { config }: Context,
  { feedId }: FeedReader,
  { publicUrl }: FeedSite,
): (entry: Entry) => Entry {
  const media = new URL(href(config, MEDIA), publicUrl).href;
  const signer = { secret: config.secretKey, feedId, media };
  return (entry) => {
    const { avatar } = entry.author;
    const face = avatar !== undefined && { avatar: signedLink(avatar, signer) };
    const author = { ...entry.author, ...face };
    return { ...entry, html: withSignedLinks(entry.html, signer), author };
  };
}
