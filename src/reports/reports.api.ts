import Type from 'typebox';
import { requireBearer, viewerOf } from '../auth/viewer.ts';
import { CommentPath } from '../comments/comment.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { BEARER } from '../http/docs/openapi.ts';
import { PostPath } from '../posts/post.ts';
import { ReportCreate } from './report.ts';
import { report } from './reports.service.ts';

/** `/api/posts/{post_id}/report` and `/api/comments/{comment_id}/report`. */
export function registerReportsApi(app: App, ctx: Context): void {
  const bearer = { preValidation: requireBearer(ctx), config: { body: 'json' } } as const;
  const documented = {
    security: BEARER,
    body: ReportCreate,
    response: { 204: Type.Null() },
  };

  app.post(
    '/api/posts/:post_id/report',
    {
      ...bearer,
      schema: {
        ...documented,
        tags: ['posts'],
        summary: 'Report Post',
        params: PostPath,
        errors: [401, 403, 404, 422, 429],
      },
    },
    async (request, reply) => {
      const { post_id: postId } = request.params;
      await report(ctx, viewerOf(request), { postId }, request.body);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/comments/:comment_id/report',
    {
      ...bearer,
      schema: {
        ...documented,
        tags: ['comments'],
        summary: 'Report Comment',
        params: CommentPath,
        errors: [401, 403, 404, 422, 429],
      },
    },
    async (request, reply) => {
      const { comment_id: commentId } = request.params;
      await report(ctx, viewerOf(request), { commentId }, request.body);
      return reply.code(204).send(null);
    },
  );
}
