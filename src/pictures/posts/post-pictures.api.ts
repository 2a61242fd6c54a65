import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { authorizeWriting } from '../../auth/policy.ts';
import { requireBearer, viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { BEARER } from '../../http/docs/openapi.ts';
import { href } from '../../views/href.ts';
import {
  PictureCreated,
  PicturePage,
  PicturePath,
  PictureResponse,
  PictureUpdate,
  PostPictureForm,
  toPictureCreated,
  toPictureResponse,
} from './post-picture.ts';
import { readPostPictureForm } from './post-picture-form.ts';
import * as service from './post-pictures.service.ts';

/** Pictures on one page of a list, by default and at most. */
const [PAGE, PAGE_MAX] = [20, 100];

/** `/api/pictures`: one's own pictures for posts. */
export function registerPostPicturesApi(app: App, ctx: Context): void {
  const tags = ['pictures'];
  const bearer = requireBearer(ctx);
  const own = { preValidation: bearer };
  const about = { tags, security: BEARER };
  const one = { ...about, params: PicturePath };
  const uploads = { max: ctx.config.MAX_UPLOAD_SIZE_BYTES, folder: ctx.config.spoolDir };
  const media = href(ctx.config, '/media');

  app.post(
    '/api/pictures',
    {
      // Before the body: nobody should send 5 MB only to be told to log in.
      onRequest: async (request: FastifyRequest) => {
        await bearer(request);
        const viewer = viewerOf(request);
        authorizeWriting(viewer);
        await ctx.limits.postPictures.take(String(viewer.id));
        await service.assertRoom(ctx, viewer.id);
      },
      config: { body: 'file' },
      schema: {
        ...about,
        summary: 'Create Picture',
        consumes: ['multipart/form-data'],
        body: PostPictureForm,
        response: { 201: PictureCreated },
        errors: [400, 401, 403, 413, 422, 429, 503],
      },
    },
    async (request, reply) => {
      const sent = await readPostPictureForm(request, uploads);
      const picture = await service.addPostPicture(ctx, viewerOf(request).id, sent);
      return reply.code(201).send(toPictureCreated(picture, media));
    },
  );

  app.get(
    '/api/pictures',
    {
      ...own,
      schema: {
        ...about,
        summary: 'Get Pictures',
        querystring: Type.Object({
          skip: Type.Integer({ minimum: 0, default: 0 }),
          limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE }),
        }),
        response: { 200: PicturePage },
        errors: [401, 422],
      },
    },
    async (request) => {
      const { skip, limit } = request.query;
      const list = await service.getPostPictures(ctx, viewerOf(request), { skip, limit });
      const pictures = list.pictures.map((picture) => toPictureResponse(picture, media));
      return { pictures, total: list.total, skip, limit, has_more: list.hasMore };
    },
  );

  app.get(
    '/api/pictures/:picture_id',
    {
      ...own,
      schema: {
        ...one,
        summary: 'Get Picture',
        response: { 200: PictureResponse },
        errors: [401, 404, 422],
      },
    },
    async (request) => {
      const { picture_id: id } = request.params;
      return toPictureResponse(await service.getPostPicture(ctx, viewerOf(request), id), media);
    },
  );

  app.patch(
    '/api/pictures/:picture_id',
    {
      ...own,
      config: { body: 'json' },
      schema: {
        ...one,
        summary: 'Update Picture',
        body: PictureUpdate,
        response: { 200: PictureResponse },
        errors: [401, 404, 422],
      },
    },
    async (request) => {
      const { picture_id: id } = request.params;
      const viewer = viewerOf(request);
      const picture = await service.updatePostPicture(ctx, viewer, id, request.body);
      return toPictureResponse(picture, media);
    },
  );

  app.delete(
    '/api/pictures/:picture_id',
    {
      ...own,
      schema: {
        ...one,
        summary: 'Delete Picture',
        response: { 204: Type.Null() },
        errors: [401, 404, 409, 422],
      },
    },
    async (request, reply) => {
      await service.deletePostPicture(ctx, viewerOf(request), request.params.picture_id);
      return reply.code(204).send(null);
    },
  );
}
