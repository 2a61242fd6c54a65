import Type, { type Static } from 'typebox';
import type { Selectable } from 'kysely';
import type { PostRow, Schema } from '../db/schema.ts';
import { isoMicros } from '../db/time.ts';
import type { Format, Rendered, ShownPicture } from '../text/rendered.ts';
import { TagsField } from '../tags/tag.ts';
import { slugOf } from '../text/markdown/slugs.ts';
import { Cursor } from './cursor.ts';
import { isBlank } from '../unicode/visible.ts';
import { toPublic, type UserPublic } from '../users/user.ts';

export const TITLE_MAX = 100;
/** Most posts on one page. */
export const PAGE_MAX = 100;

const Title = Type.String({ minLength: 1, maxLength: TITLE_MAX });
const Content = Type.String({ minLength: 1 });

const FormatField = Type.Optional(
  Type.Union([Type.Literal('text'), Type.Literal('markdown'), Type.Null()], {
    description: 'How the content is written; left out or null: unchanged, `text` for a new post',
  }),
);

const AudienceField = Type.Optional(
  Type.Union(
    [Type.Literal('everyone'), Type.Literal('members'), Type.Literal('blog'), Type.Null()],
    { description: 'Who may read it; left out or null: unchanged, `blog` for a new post' },
  ),
);

export const PostCreate = Type.Object(
  { title: Title, content: Content, format: FormatField, audience: AudienceField, tags: TagsField },
  { $id: 'PostCreate' },
);
export type PostCreate = Static<typeof PostCreate>;

/** Only what is sent changes; null means unchanged. */
export const PostUpdate = Type.Object(
  {
    title: Type.Optional(Type.Union([Title, Type.Null()])),
    content: Type.Optional(Type.Union([Content, Type.Null()])),
    format: FormatField,
    audience: AudienceField,
    tags: TagsField,
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

/** A post's text as pages show it. */
export const RenderedPost = Type.Object(
  {
    format: Type.String({ enum: ['text', 'markdown'] }),
    html: Type.String({ description: 'HTML that is safe to insert into a page' }),
    excerpt_html: Type.String({ description: 'Its beginning, for lists' }),
    plain: Type.String({ description: 'The text without markup' }),
    words: Type.Integer(),
    minutes: Type.Integer({ description: 'How many minutes reading takes' }),
  },
  { $id: 'RenderedPost' },
);

export const PostPath = Type.Object({ post_id: Type.Integer() });

/** Which page of a list; `limit` is the default. */
export function pageQuery(limit: number) {
  return Type.Object({
    cursor: Type.Optional(Cursor),
    skip: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: limit }),
  });
}

/**
 * The same for pages, with `done`, which the layout reads: validation removes parameters that a
 * schema does not name.
 */
export function listQuery(limit: number) {
  return Type.Object({
    ...pageQuery(limit).properties,
    done: Type.Optional(Type.String()),
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
  format: Format;
  state: PostRow['state'];
  audience: PostRow['audience'];
  /** names of its tags, in the order of its author */
  tags: string[];
  version: number;
  /** microseconds; null where it never was */
  edited_at: number | null;
  username: string;
  picture_key: string | null;
}

/**
 * The title as pages show it. The API accepts titles of invisible characters, but a link needs some
 * text.
 */
export function shownTitle({ title }: Pick<PostWithAuthor, 'title'>): string {
  return isBlank(title) ? 'Untitled' : title;
}

/** The path of a post's page: its number, which alone identifies it, and words of its title. */
export function postPath({ id, title }: Pick<PostWithAuthor, 'id' | 'title'>): string {
  const slug = slugOf(title);
  return slug === '' ? `/posts/${id}` : `/posts/${id}-${encodeURIComponent(slug)}`;
}

/** The status message after a post is created. */
export const createdMessage = (title: string): string => `Post "${title}" created successfully!`;

/** A post as pages show it. */
export interface ShownPost extends PostWithAuthor {
  shown: Rendered;
}

/** What lists show of a post beside its text. */
export type PostHead = Pick<
  PostWithAuthor,
  | 'id'
  | 'title'
  | 'date_posted'
  | 'user_id'
  | 'state'
  | 'audience'
  | 'edited_at'
  | 'username'
  | 'picture_key'
>;

/** A post in a list, as the store's queries return it; null where it must be rendered first. */
export interface Entry extends PostHead {
  renderer: number | null;
  teaser: string | null;
  excerpt_cut: number | null;
  words: number | null;
  picture: string | null;
}

/** A post in a list, ready for a page. */
export interface ListedPost extends PostHead {
  /** its first lines, without markup; may be empty */
  teaser: string;
  /** whether the text has more */
  cut: boolean;
  words: number;
  /** its first picture */
  picture: ShownPicture | null;
}

/** The stored rendered text of a post. */
export type StoredText = Omit<
  Selectable<Schema['post_texts']>,
  'post_id' | 'updated_at' | 'indexed'
>;

/** A post for pages; `text` is null where it has to be rendered first. */
export interface PostWithText extends PostWithAuthor {
  text: StoredText | null;
}

/** A post as the API answers it. */
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

/** A post as `can` asks about it. */
export const postSubject = ({
  user_id: author,
  state,
  audience,
}: Pick<PostWithAuthor, 'user_id' | 'state' | 'audience'>) =>
  ({ kind: 'post', author, state, audience }) as const;

/** The index term of every post by this author; no text contains such a term. */
export const authorTerm = (userId: number | string) => `·by${userId}`;

/** The index term (SQLite only) of every post of a month, such as 202603. */
export const monthTerm = (month: number | string) => `·m${month}`;

/** The index term of every post that is for members only. */
export const MEMBERS_TERM = '·members';

/** The index term of every post that has this word in its title. */
export const titleTerm = (word: string) => `·w${word}`;
