import { setImmediate as afterOthers } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import { validateObject } from '../../http/validation/validate.ts';
import { findDifferences, type Piece } from '../../text/differences.ts';
import { countWords } from '../../text/words.ts';
import { PostCreate, type PostWithAuthor } from '../post.ts';
import { getOwnPostFor } from '../posts.service.ts';
import * as store from '../revisions.store.ts';
import { updatePost } from '../writing.service.ts';

/** Revisions on one page of the list; fewer if their texts are long. */
const PAGE_SIZE = 20;
const PAGE_BYTES = 2 * 1024 * 1024;
/** Time for finding the differences on a page of the list, and for one revision; milliseconds. */
const LIST_MS = 100;
const ONE_MS = 50;

type Revision = store.RevisionWithName;

/** A line of a post's history. */
export interface HistoryEntry {
  revision: Revision;
  /** The post is published so now. */
  current: boolean;
  /** Words that it has more and less than the one before; null if finding that takes too long. */
  words: { added: number; removed: number } | null;
}

/**
 * A page of the post's history, newest first: the revisions before that with the id `before`. `next`
 * is the `before` of the next page, null after the last. Throws 404, 403.
 */
export async function getHistory(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  before?: number,
): Promise<{ post: PostWithAuthor; entries: HistoryEntry[]; next: number | null }> {
  const post = await getOwnPostFor(ctx, viewer, postId, 'see-history');
  const range = { postId, before, limit: PAGE_SIZE, maxBytes: PAGE_BYTES };
  const { revisions, more } = await store.listRevisions(ctx.db, range);
  const last = revisions.at(-1);
  const older = last && more ? await revisionBefore(ctx, last) : undefined;
  const current = await store.newestPublished(ctx.db, postId);
  const entries: HistoryEntry[] = [];
  const end = performance.now() + LIST_MS;
  for (const [n, revision] of revisions.entries()) {
    // Each is short, and others are served in between.
    await afterOthers();
    const words = countChanges(revisions[n + 1] ?? older, revision, end - performance.now());
    entries.push({ revision, current: isCurrent(post, revision, current), words });
  }
  return { post, entries, next: last && more ? last.id : null };
}

const isCurrent = ({ state }: PostWithAuthor, { id }: Revision, newest: number | null) =>
  state === 'published' && id === newest;

function countChanges(before: Revision | undefined, after: Revision, leftMs: number) {
  if (leftMs <= 0) return null;
  // A hard one leaves half of the time to the others.
  const pieces = findDifferences(before?.content ?? '', after.content, leftMs / 2);
  const count = (kind: Piece['kind']) =>
    pieces?.reduce((sum, piece) => sum + (piece.kind === kind ? countWords(piece.text) : 0), 0) ??
    0;
  return pieces && { added: count('added'), removed: count('removed') };
}

async function revisionBefore(
  { db }: Context,
  { id, post_id }: Revision,
): Promise<Revision | undefined> {
  const range = { postId: post_id ?? 0, before: id, limit: 1, maxBytes: 0 };
  return (await store.listRevisions(db, range)).revisions[0];
}

/** One revision, and what changed from the one before. */
export interface Compared {
  post: PostWithAuthor;
  revision: Revision;
  current: boolean;
  before: Revision | undefined;
  /** null without one before, or if finding it takes too long */
  pieces: Piece[] | null;
  /** id of the one after */
  after: number | undefined;
}

/** Throws 404, 403. */
export async function compareRevision(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  id: number,
): Promise<Compared> {
  const post = await getOwnPostFor(ctx, viewer, postId, 'see-history');
  const revision = await findRevision(ctx, postId, id);
  const before = await revisionBefore(ctx, revision);
  const pieces = before ? findDifferences(before.content, revision.content, ONE_MS) : null;
  const current = isCurrent(post, revision, await store.newestPublished(ctx.db, postId));
  const after = await store.findNextRevision(ctx.db, { id, postId });
  return { post, revision, current, before, pieces, after };
}

async function findRevision({ db }: Context, postId: number, id: number): Promise<Revision> {
  const revision = await store.findRevision(db, { id, postId });
  if (!revision) throw new HttpError(404, 'Revision not found');
  return revision;
}

/**
 * Publishes the text of a revision again, which makes a new one. Throws 404, 403, and
 * ValidationError for the text of a draft that no post may have.
 */
export async function restoreRevision(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  id: number,
): Promise<void> {
  await getOwnPostFor(ctx, viewer, postId, 'see-history');
  const { title, content, format } = await findRevision(ctx, postId, id);
  const text = validateObject(PostCreate, { title, content, format });
  await updatePost(ctx, viewer, postId, text);
}
