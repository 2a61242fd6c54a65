import Type from 'typebox';
import { findBearer } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import { isoMicros } from '../../db/time.ts';
import type { App } from '../../http/app-type.ts';
import { SHARED_JSON } from '../../http/cache/etag.ts';
import { toPictureCreated, type PictureCreated } from '../../pictures/posts/post-picture.ts';
import { listPicturesOfPost } from '../../pictures/posts/picture-uses.service.ts';
import { slugOf } from '../../text/markdown/slugs.ts';
import { minutesOf } from '../../text/words.ts';
import { href } from '../../views/href.ts';
import { isPinned } from '../front/pins.service.ts';
import { PostPath } from '../post.ts';
import { getPost } from '../posts.service.ts';
import { textOf } from '../writing/texts.service.ts';

/** Facts about a post beside its text. */
export const PostDetails = Type.Object(
  {
    tags: Type.Array(Type.String()),
    slug: Type.String({
      description: 'The part of its address that comes from the title; may be empty',
    }),
    minutes: Type.Integer({ description: 'How many minutes reading takes' }),
    pinned: Type.Boolean({ description: 'Whether it is pinned to the top of the front page' }),
    edited_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    pictures: Type.Array(Type.Unsafe<PictureCreated>(Type.Ref('PictureCreated')), {
      description: 'The pictures that the text names',
    }),
  },
  { $id: 'PostDetails' },
);

/** `/api/posts/{post_id}/details`. */
export function registerDetailsApi(app: App, ctx: Context): void {
  const media = href(ctx.config, '/media');
  app.get(
    '/api/posts/:post_id/details',
    {
      ...SHARED_JSON,
      onRequest: findBearer(ctx),
      schema: {
        tags: ['posts'],
        summary: 'Get Post Details',
        params: PostPath,
        response: { 200: PostDetails },
        errors: [404, 422],
      },
    },
    async (request) => {
      const post = await getPost(ctx, request.viewer, request.params.post_id);
      const { words } = await textOf(ctx, post);
      const pictures = await listPicturesOfPost(ctx.db, post.id);
      return {
        tags: post.tags,
        slug: slugOf(post.title),
        minutes: minutesOf(words),
        pinned: await isPinned(ctx, post.id),
        edited_at: post.edited_at === null ? null : isoMicros(post.edited_at),
        pictures: pictures.map((picture) => toPictureCreated(picture, media)),
      };
    },
  );
}
