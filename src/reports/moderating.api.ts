import Type from 'typebox';
import { authorize } from '../auth/policy.ts';
import { requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { isoMicros } from '../db/time.ts';
import type { App } from '../http/app-type.ts';
import { BEARER } from '../http/docs/openapi.ts';
import { hidePost, restorePost, type AlsoModerated } from '../posts/moderate/moderating.service.ts';
import { PostPath } from '../posts/post.ts';
import { ReportCreate } from './report.ts';
import { closeReport, listOpenReports, type OpenReport } from './reports.service.ts';

const Report = Type.Object({
  id: Type.Integer(),
  post_id: Type.Integer({ description: 'The post, or the one that the comment is on' }),
  comment_id: Type.Union([Type.Integer(), Type.Null()]),
  reporter: Type.String(),
  reason: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
});

/** Open reports, oldest first. */
export const ReportPage = Type.Object(
  {
    reports: Type.Array(Report),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last one',
    }),
  },
  { $id: 'ReportPage' },
);

const ReportPath = Type.Object({ report_id: Type.Integer() });
const Cursor = Type.Object({
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' }),
  ),
});

/** `/api/admin`: what roles allow over the API. `also`: done when a post is hidden. */
export function registerModeratingApi(app: App, ctx: Context, also: AlsoModerated): void {
  const bearer = { preValidation: requireBearer(ctx) };
  const common = { tags: ['admin'], security: BEARER } as const;
  const done = { 204: Type.Null() } as const;

  app.post(
    '/api/admin/posts/:post_id/hide',
    {
      ...bearer,
      config: { body: 'json' },
      schema: {
        ...common,
        summary: 'Hide Post',
        params: PostPath,
        body: ReportCreate,
        response: done,
        errors: [400, 401, 403, 404, 422],
      },
    },
    async (request, reply) => {
      const { post_id: id } = request.params;
      await hidePost(ctx, { actor: viewerOf(request), id, ...request.body }, also);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/admin/posts/:post_id/restore',
    {
      ...bearer,
      schema: {
        ...common,
        summary: 'Restore Post',
        params: PostPath,
        response: done,
        errors: [400, 401, 403, 404, 422],
      },
    },
    async (request, reply) => {
      await restorePost(ctx, { actor: viewerOf(request), id: request.params.post_id });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/admin/reports',
    {
      ...bearer,
      schema: {
        ...common,
        summary: 'Get Reports',
        querystring: Cursor,
        response: { 200: ReportPage },
        errors: [401, 403, 422],
      },
    },
    async (request) => {
      authorize(viewerOf(request), 'moderate', { kind: 'blog' }, 'Only editors see reports');
      const { cursor } = request.query;
      const { reports, next } = await listOpenReports(
        ctx,
        cursor === undefined ? 0 : Number(cursor),
      );
      return { reports: reports.map(toReport), next: next === undefined ? null : String(next) };
    },
  );

  app.post(
    '/api/admin/reports/:report_id/close',
    {
      ...bearer,
      schema: {
        ...common,
        summary: 'Close Report',
        params: ReportPath,
        response: done,
        errors: [401, 403, 404, 422],
      },
    },
    async (request, reply) => {
      const actor = viewerOf(request);
      authorize(actor, 'moderate', { kind: 'blog' }, 'Only editors close reports');
      await closeReport(ctx, actor, request.params.report_id);
      return reply.code(204).send(null);
    },
  );
}

const toReport = ({ id, on_post, comment_id, reporter, reason, created_at }: OpenReport) => ({
  id,
  post_id: on_post,
  comment_id,
  reporter,
  reason,
  created_at: isoMicros(created_at),
});
