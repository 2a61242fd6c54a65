import type { FastifyRequest } from 'fastify';
import { findSignedIn } from '../auth/session-cookie.ts';
import { findBearer } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import { FOREVER_TO_ALL, type MediaAccess, type MediaGrant } from '../http/files/media.ts';
import { kindOfFile, pictureKeyOf, POST_JPEG, storeKey } from '../media/picture-variants.ts';
import { isMembersOnly } from '../settings/readers.ts';
import { href } from '../views/href.ts';
import { PicturePath } from './post-picture.ts';
import { reachOf } from './post-pictures.service.ts';
import { findPostPicture } from './post-pictures.store.ts';

/**
 * How long a copy of a picture may be used whose viewers can change. Anybody may keep a copy
 * of what everybody sees, otherwise only the browser that has asked.
 */
const TO_ALL: MediaGrant = { 'cache-control': 'public, max-age=3600' };
const TO_VIEWER: MediaGrant = {
  'cache-control': 'private, max-age=3600',
  vary: 'Cookie, Authorization',
  'cross-origin-resource-policy': 'same-origin',
};

/** Who may fetch a file of the media store: faces are public, a post's picture is for those who may read a post with it. */
export function mediaAccess(ctx: Context): MediaAccess {
  return async (request, file) => {
    if (kindOfFile(file) === 'face') {
      return (await isMembersOnly(ctx)) ? TO_VIEWER : FOREVER_TO_ALL;
    }
    if (kindOfFile(file) !== 'post') return undefined;
    return grantFor(ctx, request, pictureKeyOf(file));
  };
}

async function grantFor(
  ctx: Context,
  request: FastifyRequest,
  key: string,
): Promise<MediaGrant | undefined> {
  const reach = await reachOf(ctx, key, async () => {
    const signedIn = await findSignedIn(ctx, request);
    if (signedIn) return signedIn.user;
    await findBearer(ctx)(request);
    return request.viewer;
  });
  if (reach === 'everybody' && (await isMembersOnly(ctx))) return TO_VIEWER;
  return { everybody: TO_ALL, viewer: TO_VIEWER, nobody: undefined }[reach];
}

/** `/pictures/{id}`, as Markdown texts name a picture: redirects to its JPEG, for programs that show such texts. */
export function registerPictureFiles(app: App, ctx: Context): void {
  app.get(
    '/pictures/:picture_id',
    { schema: { hide: true, params: PicturePath } },
    async (request, reply) => {
      const picture = await findPostPicture(ctx.db, request.params.picture_id);
      const grant = picture && (await grantFor(ctx, request, picture.key));
      if (!grant) throw new HttpError(404, 'Picture not found');
      const file = href(ctx.config, `/media/${storeKey(picture.key, POST_JPEG)}`);
      return reply.headers({ ...grant }).redirect(file, 302);
    },
  );
}
