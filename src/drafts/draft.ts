import Type, { type Static } from 'typebox';
import type { DraftRow } from '../db/schema.ts';
import { isoMicros } from '../db/time.ts';

/** Most drafts of one person. */
export const DRAFTS_MAX = 200;
/** Most drafts in one answer. */
const DRAFTS_PAGE_MAX = 100;
/**
 * Code points of a draft's title: more than a post's, so that a title that must still be shortened
 * can be saved.
 */
const TITLE_MAX = 1_000;
/** Code points of a tag, and number of tags: more than a post may have, for the same reason. */
const TAG_MAX = 100;
const TAGS_MAX = 100;

const orNull = <T extends Parameters<typeof Type.Optional>[0]>(type: T) =>
  Type.Optional(Type.Union([type, Type.Null()]));

const FIELDS = {
  title: orNull(Type.String({ maxLength: TITLE_MAX })),
  content: orNull(Type.String()),
  format: Type.Optional(
    Type.Union([Type.Literal('text'), Type.Literal('markdown'), Type.Null()], {
      description: 'How the content is written',
    }),
  ),
  tags: orNull(
    Type.Array(Type.String({ minLength: 1, maxLength: TAG_MAX }), { maxItems: TAGS_MAX }),
  ),
  audience: Type.Optional(
    Type.Union([
      Type.Literal('everyone'),
      Type.Literal('members'),
      Type.Literal('blog'),
      Type.Null(),
    ]),
  ),
  publish_at: Type.Optional(
    Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'When it is published automatically; null: never',
    }),
  ),
};

/** What a draft begins with; what is left out of a post's draft is as in the post. */
export const DraftCreate = Type.Object(
  {
    post_id: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], {
        description: 'One of your own posts, which the draft replaces when it is published',
      }),
    ),
    ...FIELDS,
  },
  { $id: 'DraftCreate' },
);
export type DraftCreate = Static<typeof DraftCreate>;

/** Fields that are absent or null stay unchanged, except that null removes `publish_at`. */
export const DraftUpdate = Type.Object(FIELDS, { $id: 'DraftUpdate' });
export type DraftUpdate = Static<typeof DraftUpdate>;

/** As DraftUpdate, with the whole text. */
export const DraftReplace = Type.Object(
  { ...FIELDS, title: Type.String({ maxLength: TITLE_MAX }), content: Type.String() },
  { $id: 'DraftReplace' },
);

const nullable = <T extends Parameters<typeof Type.Optional>[0]>(type: T) =>
  Type.Union([type, Type.Null()]);

export const DraftResponse = Type.Object(
  {
    id: Type.Integer(),
    post_id: nullable(Type.Integer()),
    title: Type.String(),
    content: Type.String(),
    format: Type.String({ enum: ['text', 'markdown'] }),
    tags: Type.Array(Type.String()),
    audience: Type.String({ enum: ['everyone', 'members', 'blog'] }),
    version: Type.Integer(),
    base_revision: nullable(Type.Integer()),
    publish_at: nullable(Type.String({ format: 'date-time' })),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'DraftResponse' },
);
export type DraftResponse = Static<typeof DraftResponse>;

export const DraftPage = Type.Object(
  {
    drafts: Type.Array(Type.Unsafe<DraftResponse>(Type.Ref('DraftResponse'))),
    total: Type.Integer(),
    skip: Type.Integer(),
    limit: Type.Integer(),
    has_more: Type.Boolean(),
  },
  { $id: 'DraftPage' },
);

export const DraftPath = Type.Object({ draft_id: Type.Integer() });

/** Which page of one's drafts; `limit` is the default. */
export function draftsQuery(limit: number) {
  return Type.Object({
    skip: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: DRAFTS_PAGE_MAX, default: limit }),
  });
}

/** A draft as the API answers it. */
export function toDraftResponse(draft: DraftRow): DraftResponse {
  return {
    id: draft.id,
    post_id: draft.post_id,
    title: draft.title,
    content: draft.content,
    format: draft.format,
    tags: tagsOf(draft),
    audience: draft.audience,
    version: draft.version,
    // A draft whose post was deleted begins from nothing.
    base_revision: draft.post_id === null ? null : draft.base_revision,
    publish_at: draft.publish_at === null ? null : isoMicros(draft.publish_at),
    updated_at: isoMicros(draft.updated_at),
  };
}

/** The strong ETag of a draft: its version. */
export const draftTag = ({ version }: Pick<DraftRow, 'version'>): string => `"${version}"`;

/** The tags of a draft or a revision, as they were written. */
export const tagsOf = ({ tags }: Pick<DraftRow, 'tags'>): string[] => JSON.parse(tags) as string[];
