import type { FastifyRequest } from 'fastify';
import { authorizeWriting } from '../../auth/policy.ts';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import { HttpError, TooCostly } from '../../errors.ts';
import type { App } from '../../http/app-type.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { href } from '../../views/href.ts';
import { PictureCreated, toPictureCreated } from './post-picture.ts';
import { readPostPictureForm } from './post-picture-form.ts';
import { addPostPicture, assertRoom } from './post-pictures.service.ts';

/** `POST /pictures`: a picture that a page's script sends for a post; answers as the API does. */
export function registerPostPicturesPages(app: App, ctx: Context, { form }: Pages): void {
  const { MAX_UPLOAD_SIZE_BYTES: max, spoolDir: folder } = ctx.config;
  const media = href(ctx.config, '/media');
  const assertMayAdd = async (request: FastifyRequest): Promise<void> => {
    const viewer = viewerOf(request);
    authorizeWriting(viewer);
    await ctx.limits.postPictures.take(String(viewer.id));
    await assertRoom(ctx, viewer.id);
  };
  app.post(
    '/pictures',
    {
      onRequest: [...form.onRequest, assertMayAdd],
      config: { body: 'file' },
      schema: { hide: true, response: { 201: PictureCreated } },
    },
    async (request, reply) => {
      const sent = await readPostPictureForm(request, { max, folder });
      const picture = await addPostPicture(ctx, viewerOf(request).id, sent).catch(inPlainWords);
      return reply.code(201).send(toPictureCreated(picture, media));
    },
  );
}

/** Pages say why a picture costs too much; the API has the contract's text for it. */
function inPlainWords(error: unknown): never {
  throw error instanceof TooCostly ? new HttpError(400, error.plain, { cause: error }) : error;
}
