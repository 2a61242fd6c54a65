import type { Transaction } from '../db/database.ts';
import type { NoticeKind } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import * as store from './notices.store.ts';

/**
 * What happened. The ids say what it is about. Later, notices about what their reader may no longer
 * read are not shown.
 */
export interface Happening {
  kind: NoticeKind;
  /** who did it */
  actorId?: number | null;
  postId?: number | null;
  commentId?: number | null;
}

/**
 * Adds a notice for a person, in the transaction of the event. Nobody is notified of their own
 * acts, or twice of one comment: the first kind counts.
 */
export async function addNotice(
  trx: Transaction,
  clock: () => number,
  { userId, ...happening }: Happening & { userId: number },
): Promise<void> {
  if (userId === happening.actorId) return;
  await store.insertNotice(trx, userId, rowOf(clock, happening));
}

/** Adds a notice for every editor and owner except `actorId`. */
export async function addNoticeForEditors(
  trx: Transaction,
  clock: () => number,
  happening: Happening,
): Promise<void> {
  await store.insertForEditors(trx, rowOf(clock, happening));
}

/** The ids of the people who have a notice of this kind about a comment. */
export async function listTold(
  trx: Transaction,
  about: { commentId: number; kind: NoticeKind },
): Promise<number[]> {
  return store.listTold(trx, about);
}

function rowOf(
  clock: () => number,
  { kind, actorId = null, postId = null, commentId = null }: Happening,
): store.NewNotice {
  return {
    kind,
    actor_id: actorId,
    post_id: postId,
    comment_id: commentId,
    created_at: micros(clock),
  };
}
