import type { FastifyRequest } from 'fastify';
import { authorize } from '../auth/policy.ts';
import { requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { BEARER } from '../http/docs/openapi.ts';
import { PictureForm, readPictureForm } from '../pictures/picture-form.ts';
import type { App } from '../http/app-type.ts';
import { validatePath } from '../http/validation/validate.ts';
import { removePicture, uploadPicture } from '../pictures/pictures.service.ts';
import { toPrivate, UserPath, UserPrivate } from './user.ts';

/** A user's own picture: `PATCH` and `DELETE /api/users/{user_id}/picture`. */
export function registerPictureApi(app: App, ctx: Context): void {
  const url = '/api/users/:user_id/picture';
  const tags = ['users'];
  const bearer = requireBearer(ctx);
  const uploads = { max: ctx.config.MAX_UPLOAD_SIZE_BYTES, folder: ctx.config.spoolDir };

  app.patch(
    url,
    {
      // Before the body: nobody should send 5 MB only to be told to log in.
      onRequest: async (request: FastifyRequest) => {
        await bearer(request);
        validatePath(request);
        const { user_id } = request.params as { user_id: number };
        const detail = "Not authorized to update this user's picture";
        authorize(viewerOf(request), 'update', { kind: 'user', id: user_id }, detail);
        await ctx.limits.uploads.take(String(user_id));
      },
      config: { body: 'file' },
      schema: {
        tags,
        summary: 'Upload Profile Picture',
        security: BEARER,
        params: UserPath,
        consumes: ['multipart/form-data'],
        body: PictureForm,
        response: { 200: UserPrivate },
        errors: [400, 401, 403, 413, 422, 429, 503],
      },
    },
    async (request) => {
      const sent = await readPictureForm(request, uploads);
      return toPrivate(await uploadPicture(ctx, request.params.user_id, sent));
    },
  );

  app.delete(
    url,
    {
      preValidation: bearer,
      schema: {
        tags,
        summary: 'Delete User Picture',
        security: BEARER,
        params: UserPath,
        response: { 200: UserPrivate },
        errors: [400, 401, 403, 422],
      },
    },
    async (request) => {
      const { user_id } = request.params;
      const detail = "Not authorized to delete this user's picture";
      authorize(viewerOf(request), 'update', { kind: 'user', id: user_id }, detail);
      return toPrivate(await removePicture(ctx, user_id));
    },
  );
}
