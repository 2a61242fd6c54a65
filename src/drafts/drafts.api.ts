import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { DraftRow } from '../db/schema.ts';
import type { App } from '../http/app-type.ts';
import { BEARER } from '../http/docs/openapi.ts';
import { PostResponse, toPostResponse } from '../posts/post.ts';
import {
  DraftCreate,
  DraftPage,
  DraftPath,
  DraftReplace,
  DraftResponse,
  draftsQuery,
  draftTag,
  DraftUpdate,
  toDraftResponse,
} from './draft.ts';
import * as service from './drafts.service.ts';
import * as reading from './reading.service.ts';
import { hasIfMatch, ifMatchRequired, namedVersions } from './if-match.ts';
import { publishDraft } from './publish.service.ts';

/** `/api/drafts`: one's own texts that are not published yet. */
export function registerDraftsApi(app: App, ctx: Context): void {
  const tags = ['drafts'];
  const bearer = { preValidation: requireBearer(ctx) };
  const json = { config: { body: 'json' } } as const;
  const about = { tags, security: BEARER };
  const one = { ...about, params: DraftPath };
  const answer = (reply: FastifyReply, draft: DraftRow, status = 200) =>
    reply.code(status).header('etag', draftTag(draft)).send(toDraftResponse(draft));

  app.post(
    '/api/drafts',
    {
      ...bearer,
      ...json,
      schema: {
        ...about,
        summary: 'Create Draft',
        body: DraftCreate,
        response: { 201: DraftResponse },
        errors: [400, 401, 403, 404, 409, 422],
      },
    },
    async (request, reply) => {
      const { draft } = await service.createDraft(ctx, viewerOf(request), request.body);
      return answer(reply, draft, 201);
    },
  );

  app.get(
    '/api/drafts',
    {
      ...bearer,
      schema: {
        ...about,
        summary: 'Get Drafts',
        querystring: draftsQuery(ctx.config.POSTS_PER_PAGE),
        response: { 200: DraftPage },
        errors: [401, 422],
      },
    },
    async (request) => {
      const { skip, limit } = request.query;
      const list = await reading.getDrafts(ctx, viewerOf(request), { skip, limit });
      const drafts = list.drafts.map(toDraftResponse);
      return { drafts, total: list.total, skip, limit, has_more: list.hasMore };
    },
  );

  app.get(
    '/api/drafts/:draft_id',
    {
      ...bearer,
      schema: {
        ...one,
        summary: 'Get Draft',
        response: { 200: DraftResponse },
        errors: [401, 404, 422],
      },
    },
    async (request, reply) =>
      answer(reply, await reading.getDraft(ctx, viewerOf(request), request.params.draft_id)),
  );

  const changes = [
    { method: 'PUT', summary: 'Update Draft Full', body: DraftReplace },
    { method: 'PATCH', summary: 'Update Draft Partial', body: DraftUpdate },
  ] as const;
  for (const { method, summary, body } of changes) {
    app.route({
      method,
      url: '/api/drafts/:draft_id',
      ...bearer,
      ...json,
      schema: {
        ...one,
        summary,
        body,
        response: { 200: DraftResponse },
        errors: [401, 404, 412, 422, 428],
      },
      handler: async (request, reply) => {
        const { draft_id: id } = request.params;
        if (!hasIfMatch(request)) {
          // A missing draft is a 404 before a missing header is a 428. With the header, saving
          // answers the 404 itself.
          await reading.getDraft(ctx, viewerOf(request), id);
          throw ifMatchRequired();
        }
        const versions = namedVersions(request);
        const saved = await service.saveDraft(ctx, viewerOf(request), id, request.body, {
          versions,
        });
        return answer(reply, saved);
      },
    });
  }

  app.delete(
    '/api/drafts/:draft_id',
    {
      ...bearer,
      schema: {
        ...one,
        summary: 'Delete Draft',
        response: { 204: Type.Null() },
        errors: [401, 404, 422],
      },
    },
    async (request, reply) => {
      await service.deleteDraft(ctx, viewerOf(request), request.params.draft_id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/drafts/:draft_id/publish',
    {
      ...bearer,
      schema: {
        ...one,
        summary: 'Publish Draft',
        response: { 200: PostResponse, 201: PostResponse },
        errors: [401, 404, 409, 412, 422],
      },
    },
    async (request, reply) => {
      const { draft_id: id } = request.params;
      const versions = namedVersions(request);
      const { post, made } = await publishDraft(ctx, viewerOf(request), id, versions);
      return reply.code(made ? 201 : 200).send(toPostResponse(post));
    },
  );
}
