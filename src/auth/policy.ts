import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { Schema, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';

/** Who asks: a user, or null for an anonymous reader. */
export type Viewer = Pick<UserRow, 'id'> | null;

/** The object of an action, as far as a decision needs it. */
export type Subject =
  | { kind: 'post'; author: number }
  /** An account, with its name, address and picture. */
  | { kind: 'user'; id: number }
  | { kind: 'draft'; owner: number };

interface Actions {
  /** `history`: the texts it had before, and what its drafts were. */
  post: 'read' | 'update' | 'delete' | 'history';
  user: 'read' | 'update' | 'delete';
  draft: 'read' | 'update' | 'delete';
}

type Rule<Kind extends Subject['kind']> = (
  viewer: Viewer,
  subject: Extract<Subject, { kind: Kind }>,
) => boolean;

const anybody = () => true;
const author: Rule<'post'> = (viewer, post) => viewer?.id === post.author;
const oneself: Rule<'user'> = (viewer, user) => viewer?.id === user.id;
const owner: Rule<'draft'> = (viewer, draft) => viewer?.id === draft.owner;

/** Every rule about who may do what. */
const RULES: { [Kind in Subject['kind']]: Record<Actions[Kind], Rule<Kind>> } = {
  post: { read: anybody, update: author, delete: author, history: author },
  user: { read: anybody, update: oneself, delete: oneself },
  draft: { read: owner, update: owner, delete: owner },
};

/** Whether `viewer` may do this. API, services and views all ask it, so that they never disagree. */
export function can<Kind extends Subject['kind']>(
  viewer: Viewer,
  action: Actions[Kind],
  subject: Extract<Subject, { kind: Kind }>,
): boolean {
  const rules: Record<Actions[Kind], Rule<Kind>> = RULES[subject.kind];
  return rules[action](viewer, subject);
}

/** Throws 403 with `detail` unless `viewer` may do this. */
export function authorize<Kind extends Subject['kind']>(
  viewer: Viewer,
  action: Actions[Kind],
  subject: Extract<Subject, { kind: Kind }>,
  detail: string,
): void {
  if (!can(viewer, action, subject)) throw new HttpError(403, detail);
}

/** A condition on rows of `posts`, for a store to add to its query. */
export type PostCondition = (post: ExpressionBuilder<Schema, 'posts'>) => Expression<SqlBool>;

/**
 * The posts that `viewer` may read: true for exactly those rows for which `can(viewer, 'read',
 * post)` is. For lists and counts, which cannot ask row by row.
 */
export function visibleTo(_viewer: Viewer): PostCondition {
  return () => sql.lit(true);
}
