import Type from 'typebox';
import { findBearer } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { SHARED_JSON } from '../http/cache/etag.ts';
import type { App } from '../http/app-type.ts';
import { LISTED_MAX, listTags } from './tags.service.ts';

/** The tags of a blog. */
export const TagList = Type.Object(
  {
    tags: Type.Array(
      Type.Object({
        name: Type.String(),
        posts: Type.Integer({ description: 'How many posts with this tag the caller may read' }),
      }),
    ),
  },
  { $id: 'TagList' },
);

/** `/api/tags`. */
export function registerTagsApi(app: App, ctx: Context): void {
  app.get(
    '/api/tags',
    {
      ...SHARED_JSON,
      onRequest: findBearer(ctx),
      schema: {
        tags: ['tags'],
        summary: 'Get Tags',
        description: `By name; at most ${LISTED_MAX}, those with the most posts.`,
        response: { 200: TagList },
        errors: [],
      },
    },
    async (request) => ({ tags: await listTags(ctx, request.viewer) }),
  );
}
