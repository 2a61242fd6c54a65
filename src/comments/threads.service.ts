import { can, isMember, visibleComments, type Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import { postSubject, type PostWithAuthor } from '../posts/post.ts';
import { commentPath, COMMENTS_PAGE, commentSubject, type CommentWithAuthor } from './comment.ts';
import { getComment } from './comments.service.ts';
import * as store from './comments.store.ts';
import { allWithCurrentMarkup } from './rendered/rendered.service.ts';
import * as threads from './threads.store.ts';
import { isEditable } from './writing.service.ts';

/** A comment, and what its viewer may do with it now. */
export interface ShownComment {
  comment: CommentWithAuthor;
  may: Record<'reply' | 'edit' | 'delete' | 'hide' | 'moderate' | 'report', boolean>;
}

/** Stands in the thread for a comment that the viewer may not read, so that replies keep their place. */
export interface Gone {
  id: number;
  why: 'author' | 'account' | 'editor' | 'hidden';
}

/** A comment and the replies to it; `continued`: it stands on an earlier page. */
export interface Thread {
  root: ShownComment | Gone;
  continued: boolean;
  replies: ShownComment[];
}

/** A page of the comments on a post. */
export interface ThreadPage {
  /** how many everybody may read, on all pages */
  count: number;
  threads: Thread[];
  /** the id before which the page of earlier comments ends */
  earlier: number | null;
  /** the id after which the page of later comments begins */
  later: number | null;
  /** whether `viewer` may comment, and if not, why */
  writing: 'open' | 'closed' | 'signed-out' | 'waiting' | 'hidden';
  closed: boolean;
}

/** Which page: the first, or what an id says that is on this post. */
export interface ThreadQuery {
  after?: number | undefined;
  before?: number | undefined;
  /** the page on which this one is */
  until?: number | undefined;
}

/** The comments on a post that `viewer` may read; undefined once the post is gone. */
export async function getThreads(
  ctx: Context,
  viewer: Viewer,
  post: PostWithAuthor,
  query: ThreadQuery,
): Promise<ThreadPage | undefined> {
  const state = await store.findPostState(ctx.db, post.id);
  if (!state) return undefined;
  const { count, closed } = state;
  const mayComment = can(viewer, 'comment', postSubject(post));
  const refused = viewer === null ? 'signed-out' : isMember(viewer) ? 'hidden' : 'waiting';
  const writing = closed ? 'closed' : mayComment ? 'open' : refused;
  // Signed-in people may see comments that are not counted.
  const read = count > 0 || viewer !== null;
  const found = read ? await readPage(ctx, viewer, post, query) : NOTHING;
  const { rows, earlier, later } = found;
  const now = micros(ctx.clock);
  const shown = (comment: CommentWithAuthor) =>
    shownTo(viewer, comment, { post, now, open: writing === 'open' });
  const threads = await groupThreads(ctx, rows, (root) =>
    can(viewer, 'read', commentSubject(root, post)) ? shown(root) : goneOf(root),
  );
  return {
    count,
    threads: threads.map(({ replies, ...thread }) => ({ ...thread, replies: replies.map(shown) })),
    earlier,
    later,
    writing,
    closed,
  };
}

interface Circumstances {
  post: PostWithAuthor;
  /** microseconds */
  now: number;
  /** whether the viewer may comment */
  open: boolean;
}

function shownTo(
  viewer: Viewer,
  comment: CommentWithAuthor,
  { post, now, open }: Circumstances,
): ShownComment {
  const about = commentSubject(comment, post);
  return {
    comment,
    may: {
      reply: open && comment.state === 'visible',
      edit: can(viewer, 'update', about) && isEditable(comment, now),
      delete: can(viewer, 'delete', about),
      hide: can(viewer, 'hide', about),
      moderate: can(viewer, 'moderate', about),
      report: isMember(viewer) && comment.state === 'visible' && comment.user_id !== viewer?.id,
    },
  };
}

/** A comment that `viewer` has just written, and the path of the page that shows it. */
export async function getWritten(
  ctx: Context,
  viewer: Viewer,
  id: number,
): Promise<{ shown: ShownComment; count: number; path: string }> {
  const { comment, post } = await getComment(ctx, viewer, id);
  const state = await store.findPostState(ctx.db, post.id);
  const shown = shownTo(viewer, comment, { post, now: micros(ctx.clock), open: !state?.closed });
  const count = state?.count ?? 0;
  // If the first page has all comments, the address need not name one.
  return {
    shown,
    count,
    path: count < COMMENTS_PAGE ? `/posts/${post.id}#comment-${id}` : commentPath(comment),
  };
}

interface Rows {
  rows: CommentWithAuthor[];
  earlier: number | null;
  later: number | null;
}

const NOTHING: Rows = { rows: [], earlier: null, later: null };

async function readPage(
  { db }: Context,
  viewer: Viewer,
  post: PostWithAuthor,
  { after, before, until }: ThreadQuery,
): Promise<Rows> {
  const visible = visibleComments(viewer, post.user_id);
  const list = async (
    range: Pick<threads.ThreadRange, 'after' | 'before'>,
    limit = COMMENTS_PAGE + 1,
  ) =>
    allWithCurrentMarkup(
      await threads.listThreads(db, { postId: post.id, limit, visible, ...range }),
    );
  const placeOf = async (id: number | undefined) => {
    const comment = id === undefined ? undefined : await store.findComment(db, id);
    return comment?.post_id === post.id ? threads.placeOf(comment) : undefined;
  };
  const forward = async (from?: threads.Place): Promise<Rows> => {
    const found = await list(from ? { after: from } : {});
    const rows = found.slice(0, COMMENTS_PAGE);
    const more = found.length > COMMENTS_PAGE;
    const [first, last] = [rows[0], rows.at(-1)];
    return {
      rows,
      earlier: from ? (first?.id ?? null) : null,
      later: more ? (last?.id ?? null) : null,
    };
  };
  const backward = async (to: threads.Place): Promise<Rows> => {
    const found = (await list({ before: to })).toReversed();
    const rows = found.slice(-COMMENTS_PAGE);
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return forward();
    const next = await list({ after: threads.placeOf(last) }, 1);
    return {
      rows,
      earlier: found.length > COMMENTS_PAGE ? first.id : null,
      later: next.length > 0 ? last.id : null,
    };
  };

  const [begin, end, shown] = [await placeOf(after), await placeOf(before), await placeOf(until)];
  if (begin) return forward(begin);
  if (end) return backward(end);
  const first = await forward();
  if (!shown || first.rows.some(({ id }) => id === until)) return first;
  return backward({ ...shown, id: shown.id + 1 });
}

/** `showRoot`: what is shown of a thread's first comment, which the page may not hold. */
async function groupThreads(
  { db }: Context,
  rows: CommentWithAuthor[],
  showRoot: (root: CommentWithAuthor) => Thread['root'],
): Promise<(Omit<Thread, 'replies'> & { replies: CommentWithAuthor[] })[]> {
  const groups = Map.groupBy(rows, (row) => threads.placeOf(row).thread);
  const held = new Set(rows.map(({ id }) => id));
  const missing = [...groups.keys()].filter((id) => !held.has(id));
  const others = new Map(
    (await allWithCurrentMarkup(await store.findComments(db, missing))).map((row) => [row.id, row]),
  );
  return [...groups].flatMap(([id, group]) => {
    const own = held.has(id) ? group[0] : others.get(id);
    if (!own) return [];
    const root = showRoot(own);
    return [
      {
        root,
        continued: !held.has(id) && 'comment' in root,
        replies: group.filter((row) => row.id !== id),
      },
    ];
  });
}

function goneOf({ id, user_id, state, hidden_reason }: CommentWithAuthor): Gone {
  if (state !== 'removed') return { id, why: 'hidden' };
  if (hidden_reason !== null) return { id, why: 'editor' };
  return { id, why: user_id === null ? 'account' : 'author' };
}

/** When what a viewer may do with these comments changes by itself; milliseconds, or Infinity. */
export function unchangedUntil(page: ThreadPage, editableFor: number): number {
  const shown = page.threads.flatMap(({ root, replies }) => [root, ...replies]);
  const ends = shown.flatMap((one) =>
    'comment' in one && one.may.edit ? (one.comment.created_at + editableFor) / 1000 : [],
  );
  return Math.min(Infinity, ...ends);
}
