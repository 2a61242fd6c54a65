import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { transact } from '../../db/transact.ts';
import { mentionedIn } from '../../text/comments/mentions.ts';
import { renderCommentText } from '../../text/renderer.ts';
import { RENDERER } from '../../text/rendered.ts';
import * as store from './rendered.store.ts';

/** Comments rendered and stored together, and the pause after them in milliseconds. */
const BATCH = 20;
const PAUSE_MS = 20;

interface Stored {
  content: string;
  html: string;
  renderer: number;
}

/**
 * The comment with markup of this program's renderer: the stored markup, or rendered now if that is
 * outdated.
 */
export async function withCurrentMarkup<Comment extends Stored>(
  comment: Comment,
): Promise<Comment> {
  if (comment.renderer === RENDERER) return comment;
  // Keeps the mentions that were made then. Nobody becomes mentioned later by taking a name.
  const { html } = await renderCommentText(comment.content, mentionedIn(comment.html));
  return { ...comment, html, renderer: RENDERER };
}

/** Does the same for several comments. */
export async function allWithCurrentMarkup<Comment extends Stored>(
  comments: Comment[],
): Promise<Comment[]> {
  return Promise.all(comments.map((comment) => withCurrentMarkup(comment)));
}

/** The markup of a comment that a row may be about; null for one that is about none. */
export async function currentMarkup({
  content,
  html,
  renderer,
}: { [C in keyof Stored]: Stored[C] | null }): Promise<string | null> {
  if (content === null || html === null || renderer === null) return null;
  return (await withCurrentMarkup({ content, html, renderer })).html;
}

/**
 * Renders all comments that an earlier program has rendered. Returns how many; ends early once
 * `signal` is aborted. A comment that changes meanwhile keeps its new text.
 */
export async function renderOutdatedComments(
  { db }: Pick<Context, 'db'>,
  signal: AbortSignal,
): Promise<number> {
  let done = 0;
  for (;;) {
    const comments = await store.listOutdated(db, { renderer: RENDERER, limit: BATCH });
    if (comments.length === 0 || signal.aborted) return done;
    const rendered = await allWithCurrentMarkup(comments);
    await transact(db, async (trx) => {
      for (const comment of rendered) await store.putRendered(trx, comment);
    });
    done += comments.length;
    await sleep(PAUSE_MS);
  }
}
