import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { findBearer, requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { SHARED_JSON } from '../http/cache/etag.ts';
import { BEARER } from '../http/docs/openapi.ts';
import type { App } from '../http/app-type.ts';
import { findTag } from '../tags/tags.service.ts';
import { UserPath } from '../users/user.ts';
import { getUser } from '../users/users.service.ts';
import { href } from '../views/href.ts';
import {
  Page,
  pageQuery,
  PostCreate,
  PostPath,
  PostResponse,
  PostUpdate,
  RenderedPost,
  toPostResponse,
} from './post.ts';
import * as service from './posts.service.ts';
import { minutesOf } from '../text/words.ts';
import { withBasePath } from '../views/stored-markup.ts';
import { textOf } from './writing/texts.service.ts';
import * as writing from './writing/writing.service.ts';

/** `/api/posts` and `/api/users/{user_id}/posts`. */
export function registerPostsApi(app: App, ctx: Context): void {
  const tags = ['posts'];
  const bearer = { preValidation: requireBearer(ctx) };
  const open = { ...SHARED_JSON, onRequest: findBearer(ctx) };
  const json = { config: { body: 'json' } } as const;
  const PageQuery = pageQuery(ctx.config.POSTS_PER_PAGE);
  const TaggedQuery = Type.Object({
    ...PageQuery.properties,
    tag: Type.Optional(Type.String({ description: 'Only posts with this tag' })),
  });
  const answer = (reply: FastifyReply, path: string, list: service.PostsPage, of = ''): Page => {
    const { posts, total, skip, limit, hasMore, next } = list;
    if (next !== undefined) reply.header('link', `<${path}?${of}${next}>; rel="next"`);
    return { posts: posts.map(toPostResponse), total, skip, limit, has_more: hasMore };
  };

  app.get(
    '/api/posts',
    {
      ...open,
      schema: {
        tags,
        summary: 'Get Posts',
        querystring: TaggedQuery,
        response: { 200: Page },
        errors: [422],
      },
    },
    async (request, reply) => {
      const { tag, ...page } = request.query;
      const path = href(app, '/api/posts');
      if (tag === undefined) {
        return answer(reply, path, await service.getPosts(ctx, request.viewer, page));
      }
      const found = await findTag(ctx, request.viewer, tag);
      const list = found
        ? await service.getPosts(ctx, request.viewer, page, { tagId: found.id })
        : nothingOf(page);
      return answer(reply, path, list, `tag=${encodeURIComponent(tag)}&`);
    },
  );

  app.get(
    '/api/users/:user_id/posts',
    {
      ...open,
      schema: {
        tags: ['users'],
        summary: 'Get User Posts',
        params: UserPath,
        querystring: PageQuery,
        response: { 200: Page },
        errors: [404, 422],
      },
    },
    async (request, reply) => {
      const { id: userId } = await getUser(ctx, request.params.user_id);
      const list = await service.getPosts(ctx, request.viewer, request.query, { userId });
      return answer(reply, href(app, `/api/users/${userId}/posts`), list);
    },
  );

  app.post(
    '/api/posts',
    {
      ...bearer,
      ...json,
      schema: {
        tags,
        summary: 'Create Post',
        security: BEARER,
        body: PostCreate,
        response: { 201: PostResponse },
        errors: [401, 403, 422],
      },
    },
    async (request, reply) => {
      const post = await writing.createPost(ctx, viewerOf(request), request.body);
      return reply.code(201).send(toPostResponse(post));
    },
  );

  app.get(
    '/api/posts/:post_id',
    {
      ...open,
      schema: {
        tags,
        summary: 'Get Post',
        params: PostPath,
        response: { 200: PostResponse },
        errors: [404, 422],
      },
    },
    async (request) =>
      toPostResponse(await service.getPost(ctx, request.viewer, request.params.post_id)),
  );

  app.get(
    '/api/posts/:post_id/rendered',
    {
      ...open,
      schema: {
        tags,
        summary: 'Get Rendered Post',
        params: PostPath,
        response: { 200: RenderedPost },
        errors: [404, 422],
      },
    },
    async (request) => {
      const post = await service.getPost(ctx, request.viewer, request.params.post_id);
      const { html, excerptHtml, plain, words } = await textOf(ctx, post);
      return {
        format: post.format,
        html: withBasePath(ctx.config, html),
        excerpt_html: withBasePath(ctx.config, excerptHtml),
        plain,
        words,
        minutes: minutesOf(words),
      };
    },
  );

  const changes = [
    { method: 'PUT', summary: 'Update Post Full', body: PostCreate },
    { method: 'PATCH', summary: 'Update Post Partial', body: PostUpdate },
  ] as const;
  for (const { method, summary, body } of changes) {
    app.route({
      method,
      url: '/api/posts/:post_id',
      ...bearer,
      ...json,
      schema: {
        tags,
        summary,
        security: BEARER,
        params: PostPath,
        body,
        response: { 200: PostResponse },
        errors: [401, 403, 404, 422],
      },
      handler: async (request) =>
        toPostResponse(
          await writing.updatePost(ctx, viewerOf(request), request.params.post_id, request.body),
        ),
    });
  }

  app.delete(
    '/api/posts/:post_id',
    {
      ...bearer,
      schema: {
        tags,
        summary: 'Delete Post',
        security: BEARER,
        params: PostPath,
        response: { 204: Type.Null() },
        errors: [401, 403, 404, 422],
      },
    },
    async (request, reply) => {
      await writing.deletePost(ctx, viewerOf(request), request.params.post_id);
      return reply.code(204).send(null);
    },
  );
}

/** An empty page, for a tag that no post has. */
function nothingOf({ skip, limit }: service.PageRequest): service.PostsPage {
  return { posts: [], total: 0, skip, limit, hasMore: false, next: undefined };
}
