import { setImmediate as afterOthers } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import { threadTime } from '../../runtime/thread-time.ts';
import { findDifferences, type Piece } from '../../text/differences.ts';
import type { Format } from '../../text/rendered.ts';
import { countWords } from '../../text/words.ts';
import * as store from './revisions.store.ts';

/** Revisions on one page of the list; fewer if their texts are long. */
const PAGE_SIZE = 20;
const PAGE_BYTES = 2 * 1024 * 1024;
/** Processor time for finding the differences on a page of the list, and for one revision; milliseconds. */
const LIST_MS = 100;
const ONE_MS = 50;

type Revision = store.RevisionWithName;

/** A post or a draft that has a history. */
export interface Writing extends store.Whose {
  /** Its own path, without the base path; below it is its history. */
  path: string;
  title: string;
  /** Whether an earlier text can take the place of today's. */
  restorable: boolean;
  /** The id of the revision with its current text; null if no revision has it. */
  current: number | null;
  /** Its current text, if no revision has it. */
  now?: { title: string; content: string; format: Format; savedAt: number };
}

/** How a post or a draft is found, and gets an earlier text back. */
export interface History {
  kind: 'post' | 'draft';
  /** What its page says after an earlier text was restored, and the code of that message. */
  restored: { code: string; message: string };
  /**
   * The post or draft, if the viewer may see its history; or the path where its history is. Throws
   * 404 and 403.
   */
  find(ctx: Context, viewer: UserRow, id: number): Promise<Writing | string>;
  /**
   * Makes an earlier text the current one. Throws 404, 403, and ValidationError for a text that is
   * no longer allowed.
   */
  restore(ctx: Context, viewer: UserRow, id: number, text: Revision): Promise<void>;
}

/** A line of a history. */
export interface HistoryEntry {
  revision: Revision;
  /** It is what the writing says now. */
  current: boolean;
  words: Words;
}

/** Numbers of words added and removed since the text before; null if comparing takes too long. */
export type Words = { added: number; removed: number } | null;

export interface HistoryPage {
  writing: Writing;
  entries: HistoryEntry[];
  /** What changed since the newest revision, if no revision has the current text. */
  now: Words | undefined;
  /** The `before` of the next page; null after the last. */
  next: number | null;
}

/** A page of a history, newest first: the revisions before that with the id `before`. */
export async function getHistory(
  ctx: Context,
  writing: Writing,
  before?: number,
): Promise<HistoryPage> {
  const range = { ...whose(writing), before, limit: PAGE_SIZE, maxBytes: PAGE_BYTES };
  const { revisions, more } = await store.listRevisions(ctx.db, range);
  const last = revisions.at(-1);
  const older = last && more ? await revisionBefore(ctx, writing, last) : undefined;
  const entries: HistoryEntry[] = [];
  let left = LIST_MS;
  const count = (earlier: Content | undefined, later: Content) => {
    const begun = threadTime();
    const words = countChanges(earlier, later, left);
    left -= threadTime() - begun;
    return words;
  };
  const now = writing.now && before === undefined ? count(revisions[0], writing.now) : undefined;
  for (const [n, revision] of revisions.entries()) {
    // Each comparison is short, and other requests are served in between.
    await afterOthers();
    const words = count(revisions[n + 1] ?? older, revision);
    entries.push({ revision, current: revision.id === writing.current, words });
  }
  return { writing, entries, now, next: last && more ? last.id : null };
}

const whose = ({ postId, draftId, publishedOnly }: Writing): store.Whose => ({
  postId,
  draftId,
  publishedOnly,
});

type Content = Pick<Revision, 'content'>;

function countChanges(before: Content | undefined, after: Content, leftMs: number): Words {
  if (leftMs <= 0) return null;
  // A text that is hard to compare uses at most half of the remaining time.
  const pieces = findDifferences(before?.content ?? '', after.content, leftMs / 2);
  const count = (kind: Piece['kind']) =>
    pieces?.reduce((sum, piece) => sum + (piece.kind === kind ? countWords(piece.text) : 0), 0) ??
    0;
  return pieces && { added: count('added'), removed: count('removed') };
}

async function revisionBefore(
  { db }: Context,
  writing: Writing,
  { id }: Revision,
): Promise<Revision | undefined> {
  const range = { ...whose(writing), before: id, limit: 1, maxBytes: 0 };
  return (await store.listRevisions(db, range)).revisions[0];
}

/** One revision, and what changed from the one before. */
export interface Compared {
  writing: Writing;
  revision: Revision;
  current: boolean;
  before: Revision | undefined;
  /** null without one before, or if finding it takes too long */
  pieces: Piece[] | null;
  /** id of the one after */
  after: number | undefined;
}

/** Throws 404. */
export async function compareRevision(
  ctx: Context,
  writing: Writing,
  id: number,
): Promise<Compared> {
  const revision = await findRevision(ctx, writing, id);
  const before = await revisionBefore(ctx, writing, revision);
  const pieces = before ? findDifferences(before.content, revision.content, ONE_MS) : null;
  const after = await store.findNextRevision(ctx.db, { ...whose(writing), id });
  const current = id === writing.current;
  return { writing, revision, current, before, pieces, after };
}

/** Throws 404. */
export async function findRevision(
  { db }: Context,
  writing: Writing,
  id: number,
): Promise<Revision> {
  const revision = await store.findRevision(db, { ...whose(writing), id });
  if (!revision) throw new HttpError(404, 'Revision not found');
  return revision;
}
