import Type, { type Static } from 'typebox';
import { isoMicros } from '../db/time.ts';
import { Cursor } from './cursor.ts';
import { isBlank } from '../unicode/visible.ts';
import { toPublic, type UserPublic } from '../users/user.ts';

export const TITLE_MAX = 100;
/** Most posts on one page. */
export const PAGE_MAX = 100;

const Title = Type.String({ minLength: 1, maxLength: TITLE_MAX });
const Content = Type.String({ minLength: 1 });

export const PostCreate = Type.Object({ title: Title, content: Content }, { $id: 'PostCreate' });
export type PostCreate = Static<typeof PostCreate>;

/** Only what is sent changes; null means unchanged. */
export const PostUpdate = Type.Object(
  {
    title: Type.Optional(Type.Union([Title, Type.Null()])),
    content: Type.Optional(Type.Union([Content, Type.Null()])),
  },
  { $id: 'PostUpdate' },
);
export type PostUpdate = Static<typeof PostUpdate>;

export const PostResponse = Type.Object(
  {
    title: Type.String(),
    content: Type.String(),
    id: Type.Integer(),
    user_id: Type.Integer(),
    date_posted: Type.String({ format: 'date-time' }),
    author: Type.Unsafe<UserPublic>(Type.Ref('UserPublic')),
  },
  { $id: 'PostResponse' },
);
export type PostResponse = Static<typeof PostResponse>;

export const Page = Type.Object(
  {
    posts: Type.Array(Type.Unsafe<PostResponse>(Type.Ref('PostResponse'))),
    total: Type.Integer(),
    skip: Type.Integer(),
    limit: Type.Integer(),
    has_more: Type.Boolean(),
  },
  { $id: 'Page' },
);
export type Page = Static<typeof Page>;

export const PostPath = Type.Object({ post_id: Type.Integer() });

/** Which page of a list; `limit` is the default. */
export function pageQuery(limit: number) {
  return Type.Object({
    cursor: Type.Optional(Cursor),
    skip: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: limit }),
  });
}

/** A post with what its byline needs, as the store's queries return it. */
export interface PostWithAuthor {
  id: number;
  title: string;
  content: string;
  /** Microseconds. */
  date_posted: number;
  user_id: number;
  username: string;
  picture_key: string | null;
}

/** The title as pages show it: the API takes titles that show nothing, and a link needs some text. */
export function shownTitle({ title }: Pick<PostWithAuthor, 'title'>): string {
  return isBlank(title) ? 'Untitled' : title;
}

export function toPostResponse(post: PostWithAuthor): PostResponse {
  return {
    title: post.title,
    content: post.content,
    id: post.id,
    user_id: post.user_id,
    date_posted: isoMicros(post.date_posted),
    author: toPublic({ id: post.user_id, username: post.username, picture_key: post.picture_key }),
  };
}
