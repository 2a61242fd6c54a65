import Type, { type Static } from 'typebox';
import { findBearer } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { ValidationError } from '../errors.ts';
import { missing } from '../field-errors.ts';
import type { App } from '../http/app-type.ts';
import { Cursor } from '../posts/cursor.ts';
import { type PostResponse, toPostResponse } from '../posts/post.ts';
import { limitSearches } from './limit.ts';
import { QUERY_MAX } from './query.ts';
import type { Search } from './search.service.ts';

/** A page of posts that match a search. */
export const SearchPage = Type.Object(
  {
    posts: Type.Array(Type.Unsafe<PostResponse>(Type.Ref('PostResponse'))),
    more: Type.Boolean({ description: 'Whether there are older ones' }),
    next: Type.Union([Type.String(), Type.Null()], { description: 'The cursor of the next page' }),
  },
  { $id: 'SearchPage' },
);
type SearchPage = Static<typeof SearchPage>;

const SearchQuery = Type.Object({
  q: Type.Optional(
    Type.String({
      maxLength: QUERY_MAX,
      description:
        'Words that all occur, in any order; also `"a phrase"`, `-not`, `by:name`, `tag:name`, `in:title`, and `begin*` from three letters. Eight words at most, four in a phrase.',
    }),
  ),
  cursor: Type.Optional(Cursor),
});

/** `/api/search`. */
export function registerSearchApi(app: App, ctx: Context, search: Search): void {
  app.get(
    '/api/search',
    {
      onRequest: findBearer(ctx),
      schema: {
        tags: ['search'],
        summary: 'Search Posts',
        querystring: SearchQuery,
        response: { 200: SearchPage },
        errors: [422],
      },
    },
    async (request): Promise<SearchPage> => {
      const { q, cursor } = request.query;
      if (q === undefined) throw new ValidationError([missing(['query', 'q'], null)]);
      await limitSearches(ctx, request);
      const page = { counted: false, ...(cursor !== undefined && { cursor }) };
      const { posts, next } = await search.find(request.viewer, q, page);
      return { posts: posts.map(toPostResponse), more: next !== undefined, next: next ?? null };
    },
  );
}
