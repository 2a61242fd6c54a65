import { requireBearer, viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { BEARER } from '../../http/docs/openapi.ts';
import { PostPath } from '../post.ts';
import { RevisionPage, RevisionQuery, toRevision } from './revision.ts';
import { getRevisions } from './revisions.service.ts';

/** `/api/posts/{post_id}/revisions`. */
export function registerRevisionsApi(app: App, ctx: Context): void {
  app.get(
    '/api/posts/:post_id/revisions',
    {
      preValidation: requireBearer(ctx),
      schema: {
        tags: ['posts'],
        summary: 'Get Post Revisions',
        security: BEARER,
        params: PostPath,
        querystring: RevisionQuery,
        response: { 200: RevisionPage },
        errors: [401, 403, 404, 422],
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      const { post_id: postId } = request.params;
      const { revisions, next } = await getRevisions(ctx, viewerOf(request), postId, {
        before,
        limit,
      });
      return { revisions: revisions.map(toRevision), next: next === null ? null : String(next) };
    },
  );
}
