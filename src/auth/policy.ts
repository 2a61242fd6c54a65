import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { CommentRow, PostRow, Role, Schema, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';

/** The signed-in account, as the hooks find it. */
export type SignedIn = UserRow & HiddenPosts;
interface HiddenPosts {
  /** How many of their posts are hidden. If this is unknown, lists read a little more. */
  hidden_posts?: number;
}

/** Who asks: a user, or null for an anonymous reader. */
export type Viewer = (Pick<UserRow, 'id' | 'role' | 'state'> & HiddenPosts) | null;

/** The object of an action, as far as a decision needs it. */
export type Subject =
  | { kind: 'post'; author: number; state: PostRow['state']; audience: PostRow['audience'] }
  /** An account, with its name, address and picture, in the hands of its owner. */
  | { kind: 'user'; id: number }
  /** An account in the hands of those who run the blog. */
  | { kind: 'account'; id: number; role: Role }
  /** `author`: null once their account is gone; `postAuthor`: of the post that it is on. */
  | { kind: 'comment'; author: number | null; state: CommentRow['state']; postAuthor: number }
  | { kind: 'draft'; owner: number }
  /** A picture for posts. `shown`: a post that the viewer may read uses it. */
  | { kind: 'picture'; owner: number; shown: boolean }
  | { kind: 'blog' };

interface Actions {
  /**
   * An unpublished post has no readers, like a draft, but its author can change it. A hidden post
   * is read by its author and by editors. `see-history`: the texts it had before, and what its
   * drafts were; `moderate`: on its page, to hide, restore, correct or delete it.
   */
  post: 'read' | 'update' | 'delete' | 'see-history' | 'moderate' | 'comment';
  /** For whoever may read its post. `hide`: from readers; `moderate`: to restore it, or remove it for good. */
  comment: 'read' | 'update' | 'delete' | 'hide' | 'moderate';
  user: 'read' | 'update' | 'delete';
  draft: 'read' | 'update' | 'delete';
  picture: 'read' | 'update' | 'delete';
  account: 'suspend' | 'remove' | 'change-role' | 'reset-password';
  /** `write`: posts and what belongs to them; `own-feeds`: have an address for all that one may read; `moderate`: people and what they wrote; `pin`: what leads the front page; `run`: all else. */
  blog: 'write' | 'own-feeds' | 'read-log' | 'moderate' | 'pin' | 'run';
}

type Rule<Kind extends Subject['kind']> = (
  viewer: Viewer,
  subject: Extract<Subject, { kind: Kind }>,
) => boolean;

const ROLES: readonly Role[] = ['reader', 'member', 'editor', 'owner'];

/** Whether `viewer` has this role or a higher one, and is neither waiting nor suspended. */
function hasRole(viewer: Viewer, least: Role): boolean {
  if (viewer?.state !== 'active') return false;
  return ROLES.indexOf(viewer.role) >= ROLES.indexOf(least);
}

const anybody = () => true;
/** Whether `viewer` may read posts for members only, and any page of a blog for members only. */
export const isMember = (viewer: Viewer): boolean => hasRole(viewer, 'reader');
const isEditor = (viewer: Viewer): boolean => hasRole(viewer, 'editor');
const reader: Rule<'post'> = (viewer, post) => {
  if (post.state === 'hidden') return author(viewer, post) || isEditor(viewer);
  return post.state === 'published' && (post.audience !== 'members' || isMember(viewer));
};
const author: Rule<'post'> = (viewer, post) =>
  hasRole(viewer, 'reader') && viewer?.id === post.author;
const commenter: Rule<'comment'> = (viewer, comment) =>
  comment.state !== 'removed' && hasRole(viewer, 'reader') && viewer?.id === comment.author;
const commentReader: Rule<'comment'> = (viewer, comment) => {
  if (comment.state === 'visible') return true;
  if (comment.state === 'removed') return false;
  const own = comment.state === 'hidden' && viewer?.id === comment.postAuthor;
  return commenter(viewer, comment) || isEditor(viewer) || (own && isMember(viewer));
};
const oneself: Rule<'user'> = (viewer, user) => viewer?.id === user.id;
const draftOwner: Rule<'draft'> = (viewer, draft) => viewer?.id === draft.owner;
const pictureOwner: Rule<'picture'> = (viewer, picture) => viewer?.id === picture.owner;
const outranks: Rule<'account'> = (viewer, { role }) =>
  hasRole(viewer, 'editor') && viewer !== null && ROLES.indexOf(viewer.role) > ROLES.indexOf(role);
const owner = (viewer: Viewer) => hasRole(viewer, 'owner');

/**
 * Every rule about who may do what. No role allows changing somebody else's `post` or `user`: these
 * are the contract's rules for the API. Pages for editors and owners ask about `moderate` and
 * `account` instead.
 */
const RULES: { [Kind in Subject['kind']]: Record<Actions[Kind], Rule<Kind>> } = {
  post: {
    read: reader,
    update: author,
    delete: author,
    'see-history': author,
    moderate: (viewer, { state }) => state !== 'unpublished' && isEditor(viewer),
    comment: (viewer, post) => isMember(viewer) && post.state === 'published',
  },
  comment: {
    read: commentReader,
    update: (viewer, comment) => comment.state !== 'hidden' && commenter(viewer, comment),
    delete: commenter,
    hide: (viewer, { state, postAuthor }) =>
      state !== 'removed' &&
      state !== 'hidden' &&
      (isEditor(viewer) || (isMember(viewer) && viewer?.id === postAuthor)),
    moderate: (viewer, { state }) => state !== 'removed' && isEditor(viewer),
  },
  user: { read: anybody, update: oneself, delete: oneself },
  draft: { read: draftOwner, update: draftOwner, delete: draftOwner },
  picture: {
    read: (viewer, picture) => picture.shown || pictureOwner(viewer, picture),
    update: pictureOwner,
    delete: pictureOwner,
  },
  account: {
    suspend: outranks,
    remove: outranks,
    'change-role': owner,
    'reset-password': ownerOver,
  },
  blog: {
    write: (viewer) => hasRole(viewer, 'member'),
    'own-feeds': isMember,
    'read-log': (viewer) => hasRole(viewer, 'member'),
    moderate: (viewer) => hasRole(viewer, 'editor'),
    pin: (viewer) => hasRole(viewer, 'editor'),
    run: owner,
  },
};

function ownerOver(...[viewer, account]: Parameters<Rule<'account'>>): boolean {
  return owner(viewer) && outranks(viewer, account);
}

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

/** Throws 403 unless `viewer` may write posts, or what belongs to them. */
export function authorizeWriting(viewer: Viewer): void {
  authorize(viewer, 'write', { kind: 'blog' }, 'Not authorized to create posts');
}

/** A condition on rows of `posts`, for a store to add to its query. */
export type PostCondition = (post: ExpressionBuilder<Schema, 'posts'>) => Expression<SqlBool>;

/**
 * The posts that `viewer` may read: true for exactly those rows for which `can(viewer, 'read',
 * post)` is. For lists and counts, which cannot ask row by row.
 */
export function visibleTo(viewer: Viewer): PostCondition {
  // As literals, so that both databases use the partial indexes for these conditions.
  const published: PostCondition = (post) => post('posts.state', '=', sql.lit('published'));
  const isKept: PostCondition = (post) => post('posts.state', '<>', sql.lit('unpublished'));
  if (isEditor(viewer)) return isKept;
  if (viewer !== null && isMember(viewer)) {
    if (viewer.hidden_posts === 0) return published;
    return (post) =>
      post.and([isKept(post), post.or([published(post), post('posts.user_id', '=', viewer.id)])]);
  }
  return (post) => post.and([published(post), post('posts.members_only', '=', sql.lit(0))]);
}

/** A condition on rows of `comments`, for a store to add to its query. */
export type CommentCondition = (
  comment: ExpressionBuilder<Schema, 'comments'>,
) => Expression<SqlBool>;

/**
 * The comments on a post by `postAuthor` that `viewer` may read, if they may read the post: true for
 * exactly those rows for which `can(viewer, 'read', comment)` is.
 */
export function visibleComments(viewer: Viewer, postAuthor: number): CommentCondition {
  const inState =
    (...states: CommentRow['state'][]): CommentCondition =>
    (comment) =>
      comment.or(states.map((state) => comment('comments.state', '=', sql.lit(state))));
  if (!isMember(viewer) || viewer === null) return inState('visible');
  if (isEditor(viewer)) return inState('visible', 'held', 'hidden');
  const shown = viewer.id === postAuthor ? inState('visible', 'hidden') : inState('visible');
  const unshown = inState('held', 'hidden');
  return (comment) =>
    comment.or([
      shown(comment),
      comment.and([unshown(comment), comment('comments.user_id', '=', viewer.id)]),
    ]);
}

/**
 * Which stored counts (of post_counts and post_totals) add up to the number of posts that somebody
 * may read.
 */
export interface Counted {
  column: 'posts' | 'public';
  /** The id of the account whose hidden posts are counted in addition. */
  hiddenOf: number | 'everybody' | 'nobody';
}

/** Which counts give the number of posts that `viewer` may read. */
export function countFor(viewer: Viewer): Counted {
  if (isEditor(viewer)) return { column: 'posts', hiddenOf: 'everybody' };
  if (viewer !== null && isMember(viewer)) {
    return { column: 'posts', hiddenOf: viewer.hidden_posts === 0 ? 'nobody' : viewer.id };
  }
  return { column: 'public', hiddenOf: 'nobody' };
}
