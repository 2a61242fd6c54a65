import Type from 'typebox';
import type { RevisionRow } from '../../db/schema.ts';
import { isoMicros } from '../../db/time.ts';
import { PAGE_MAX } from '../post.ts';

const Revision = Type.Object({
  id: Type.Integer(),
  created_at: Type.String({ format: 'date-time' }),
  user_id: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Who saved it; null: that account is gone',
  }),
  title: Type.String(),
  content: Type.String(),
  format: Type.String({ enum: ['text', 'markdown'] }),
  published: Type.Boolean({
    description: 'Whether this text was published, or only saved as a draft',
  }),
});

/** A page of a post's revisions, newest first. */
export const RevisionPage = Type.Object(
  {
    revisions: Type.Array(Revision),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last one',
    }),
  },
  { $id: 'RevisionPage' },
);

/** Where a page of revisions begins. */
export const RevisionCursor = Type.Optional(
  Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' }),
);

/** Which page of a post's revisions; a page ends early where texts are long. */
export const RevisionQuery = Type.Object({
  cursor: RevisionCursor,
  limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: 20 }),
});

/** A revision as the API answers it. */
export function toRevision({ created_at, published, ...row }: RevisionRow) {
  const { id, user_id, title, content, format } = row;
  return {
    id,
    created_at: isoMicros(created_at),
    user_id,
    title,
    content,
    format,
    published: published === 1,
  };
}
