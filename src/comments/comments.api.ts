import Type from 'typebox';
import { findBearer, requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { SHARED_JSON } from '../http/cache/etag.ts';
import { BEARER } from '../http/docs/openapi.ts';
import { PostPath } from '../posts/post.ts';
import { withBasePath } from '../views/stored-markup.ts';
import {
  CommentCreate,
  CommentPage,
  CommentPath,
  CommentQuery,
  CommentResponse,
  CommentUpdate,
  toCommentResponse,
  type CommentWithAuthor,
} from './comment.ts';
import { getComments } from './comments.service.ts';
import { createComment, deleteComment, updateComment } from './writing.service.ts';

/** `/api/posts/{post_id}/comments` and `/api/comments`. */
export function registerCommentsApi(app: App, ctx: Context): void {
  const bearer = { preValidation: requireBearer(ctx) };
  const json = { config: { body: 'json' } } as const;
  const answer = (comment: CommentWithAuthor) =>
    toCommentResponse(comment, withBasePath(ctx.config, comment.html));

  app.get(
    '/api/posts/:post_id/comments',
    {
      ...SHARED_JSON,
      onRequest: findBearer(ctx),
      schema: {
        tags: ['posts'],
        summary: 'Get Comments',
        params: PostPath,
        querystring: CommentQuery,
        response: { 200: CommentPage },
        errors: [404, 422],
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const after = cursor === undefined ? undefined : Number(cursor);
      const { post_id: postId } = request.params;
      const { comments, next } = await getComments(ctx, request.viewer, postId, { after, limit });
      return { comments: comments.map(answer), next: next === null ? null : String(next) };
    },
  );

  app.post(
    '/api/posts/:post_id/comments',
    {
      ...bearer,
      ...json,
      schema: {
        tags: ['posts'],
        summary: 'Create Comment',
        security: BEARER,
        params: PostPath,
        body: CommentCreate,
        response: { 201: CommentResponse },
        errors: [401, 403, 404, 422, 429],
      },
    },
    async (request, reply) => {
      const { post_id: postId } = request.params;
      const comment = await createComment(ctx, viewerOf(request), postId, request.body);
      return reply.code(201).send(answer(comment));
    },
  );

  app.patch(
    '/api/comments/:comment_id',
    {
      ...bearer,
      ...json,
      schema: {
        tags: ['comments'],
        summary: 'Update Comment',
        security: BEARER,
        params: CommentPath,
        body: CommentUpdate,
        response: { 200: CommentResponse },
        errors: [401, 403, 404, 422],
      },
    },
    async (request) => {
      const { comment_id: id } = request.params;
      return answer(await updateComment(ctx, viewerOf(request), id, request.body));
    },
  );

  app.delete(
    '/api/comments/:comment_id',
    {
      ...bearer,
      schema: {
        tags: ['comments'],
        summary: 'Delete Comment',
        security: BEARER,
        params: CommentPath,
        response: { 204: Type.Null() },
        errors: [401, 403, 404, 422],
      },
    },
    async (request, reply) => {
      await deleteComment(ctx, viewerOf(request), request.params.comment_id);
      return reply.code(204).send(null);
    },
  );
}
