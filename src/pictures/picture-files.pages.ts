import type { FastifyRequest } from 'fastify';
import { findViewerOfFile } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import { FOREVER_TO_ALL, type MediaAccess, type MediaGrant } from '../http/files/media.ts';
import { kindOfFile, pictureKeyOf, POST_JPEG, storeKey } from '../media/picture-variants.ts';
import { href } from '../views/href.ts';
import { PicturePath } from './posts/post-picture.ts';
import { reachOf } from './posts/post-pictures.service.ts';
import { findPostPicture } from './posts/post-pictures.store.ts';

/**
 * Grants for pictures whose audience can change. Any cache may keep a copy of a public picture for
 * an hour; other pictures are kept only by the browser that asked.
 */
const TO_ALL: MediaGrant = { headers: { 'cache-control': 'public, max-age=3600' }, cached: true };
const TO_VIEWER: MediaGrant = {
  headers: {
    'cache-control': 'private, max-age=3600',
    vary: 'Cookie, Authorization',
    'cross-origin-resource-policy': 'same-origin',
  },
  cached: true,
};

/** A share may end at any moment, so the browser must ask each time. */
const WHILE_SHARED: MediaGrant = {
  headers: {
    'cache-control': 'private, no-cache',
    'cross-origin-resource-policy': 'same-origin',
  },
  cached: false,
};

/** Whether `d`, from the address of a file, opens the picture with this key. */
type IsShared = (key: string, d: string) => Promise<boolean>;
/** A file fetched by a signed link of a feed, which feed readers on any site may show. */
const BY_LINK: MediaGrant = {
  headers: {
    'cache-control': 'private, max-age=3600',
    'cross-origin-resource-policy': 'cross-origin',
  },
  cached: false,
};

/** Who asks for a file by a link that was signed for them. */
type FindLinkReader = (request: FastifyRequest) => Promise<UserRow | undefined>;

/**
 * Who may fetch a file of the media store: faces and the blog's own are public, a post's picture is for those who may
 * read a post with it. In a blog for members, which strangers do not get to, no cache may share one.
 */
export function mediaAccess(
  ctx: Context,
  isMembersOnly: () => boolean,
  { isShared, findLinkReader }: { isShared: IsShared; findLinkReader: FindLinkReader },
): MediaAccess {
  return async (request, file) => {
    const kind = kindOfFile(file);
    if (kind === undefined) return undefined;
    // Shown with the login, too.
    if (kind === 'site') return FOREVER_TO_ALL;
    const { d } = request.query as { d?: unknown };
    // With `d`, only the signature counts, because the hook of a blog for members lets such
    // addresses pass.
    if (kind === 'post' && d !== undefined) {
      const open = typeof d === 'string' && (await isShared(pictureKeyOf(file), d));
      return open ? WHILE_SHARED : undefined;
    }
    const reader = await findLinkReader(request);
    const grant =
      kind === 'face' ? FOREVER_TO_ALL : await grantFor(ctx, request, pictureKeyOf(file), reader);
    if (!grant || !(isMembersOnly() || grant === TO_VIEWER)) return grant;
    return reader ? BY_LINK : TO_VIEWER;
  };
}

async function grantFor(
  ctx: Context,
  request: FastifyRequest,
  key: string,
  linkReader?: UserRow,
): Promise<MediaGrant | undefined> {
  const reach = await reachOf(ctx, key, async () => linkReader ?? findViewerOfFile(ctx, request));
  return { everybody: TO_ALL, viewer: TO_VIEWER, nobody: undefined }[reach];
}

/** `/pictures/{id}`, as Markdown texts name a picture: redirects to its JPEG, for programs that show such texts. */
export function registerPictureFiles(app: App, ctx: Context, isMembersOnly: () => boolean): void {
  app.get(
    '/pictures/:picture_id',
    { schema: { hide: true, params: PicturePath } },
    async (request, reply) => {
      const picture = await findPostPicture(ctx.db, request.params.picture_id);
      const grant = picture && (await grantFor(ctx, request, picture.key));
      if (!grant) throw new HttpError(404, 'Picture not found');
      const file = href(ctx.config, `/media/${storeKey(picture.key, POST_JPEG)}`);
      return reply.headers((isMembersOnly() ? TO_VIEWER : grant).headers).redirect(file, 302);
    },
  );
}
