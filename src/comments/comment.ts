import Type, { type Static } from 'typebox';
import type { CommentRow } from '../db/schema.ts';
import { isoMicros } from '../db/time.ts';
import { toPublic, type UserPublic } from '../users/user.ts';

/** Code points of a comment. */
export const COMMENT_MAX = 10_000;
export const LINKS_MAX = 5;
export const MENTIONS_MAX = 10;
/** Comments of a page, replies included. */
export const COMMENTS_PAGE = 30;
/** Most comments in one answer of the API. */
const ANSWER_MAX = 100;
/** How long its author may change a comment; microseconds. */
export const EDITABLE_FOR = 15 * 60 * 1_000_000;

const Content = Type.String({
  minLength: 1,
  maxLength: COMMENT_MAX,
  description: `Markdown; at most ${LINKS_MAX} links and ${MENTIONS_MAX} mentions`,
});

export const CommentCreate = Type.Object(
  {
    content: Content,
    parent_id: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], {
        description:
          'The comment to reply to. There is one level of replies: one to a reply becomes one to its parent.',
      }),
    ),
  },
  { $id: 'CommentCreate' },
);
export type CommentCreate = Static<typeof CommentCreate>;

/** Null means unchanged. */
export const CommentUpdate = Type.Object(
  { content: Type.Optional(Type.Union([Content, Type.Null()])) },
  { $id: 'CommentUpdate' },
);
export type CommentUpdate = Static<typeof CommentUpdate>;

const nullable = <T extends Parameters<typeof Type.Optional>[0]>(type: T) =>
  Type.Union([type, Type.Null()]);

export const CommentResponse = Type.Object(
  {
    id: Type.Integer(),
    post_id: Type.Integer(),
    parent_id: nullable(Type.Integer()),
    content: Type.String(),
    html: Type.String({ description: 'HTML that is safe to insert into a page' }),
    state: Type.String({
      enum: ['visible', 'held', 'hidden', 'removed'],
      description:
        'A held one waits for an editor. A removed or hidden one is only there for the replies to it.',
    }),
    created_at: Type.String({ format: 'date-time' }),
    edited_at: nullable(Type.String({ format: 'date-time' })),
    author: nullable(Type.Unsafe<UserPublic>(Type.Ref('UserPublic'))),
  },
  { $id: 'CommentResponse' },
);
export type CommentResponse = Static<typeof CommentResponse>;

/** Comments on a post, oldest first. */
export const CommentPage = Type.Object(
  {
    comments: Type.Array(Type.Unsafe<CommentResponse>(Type.Ref('CommentResponse'))),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last one',
    }),
  },
  { $id: 'CommentPage' },
);

export const COMMENT_SCHEMAS = [CommentCreate, CommentUpdate, CommentResponse, CommentPage];

export const CommentPath = Type.Object({ comment_id: Type.Integer() });

export const CommentQuery = Type.Object({
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: ANSWER_MAX, default: 20 }),
});

/** A comment with its author, whose columns are null once their account is gone. */
export interface CommentWithAuthor extends Omit<CommentRow, 'form_key'> {
  username: string | null;
  picture_key: string | null;
}

/** A comment as `can` asks about it. */
export const commentSubject = (
  { user_id: author, state }: Pick<CommentRow, 'user_id' | 'state'>,
  { user_id: postAuthor }: { user_id: number },
) => ({ kind: 'comment', author, state, postAuthor }) as const;

/** Replaces a comment that somebody may not read: it has no text, but its replies are shown below it. */
export function withoutText(comment: CommentWithAuthor): CommentWithAuthor {
  const nobody = { user_id: null, username: null, picture_key: null };
  return { ...comment, ...nobody, content: '', html: '', hidden_reason: null, edited_at: null };
}

/** The path of a page that shows the comment, and there its place. */
export const commentPath = ({ id, post_id }: Pick<CommentRow, 'id' | 'post_id'>): string =>
  `/posts/${post_id}?until=${id}#comment-${id}`;

/** `html`: its markup with the base path. */
export function toCommentResponse(comment: CommentWithAuthor, html: string): CommentResponse {
  const { user_id: id, username, picture_key } = comment;
  return {
    id: comment.id,
    post_id: comment.post_id,
    parent_id: comment.parent_id,
    content: comment.content,
    html,
    state: comment.state,
    created_at: isoMicros(comment.created_at),
    edited_at: comment.edited_at === null ? null : isoMicros(comment.edited_at),
    author: id === null || username === null ? null : toPublic({ id, username, picture_key }),
  };
}
