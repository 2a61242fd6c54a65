import type { Transaction } from '../db/database.ts';
import type { NoticeKind } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import * as store from './notices.store.ts';

/** What happened. The ids say what it is about; what a reader may not read later is not shown to them. */
export interface Happening {
  kind: NoticeKind;
  /** who did it */
  actorId?: number | null;
  postId?: number | null;
  commentId?: number | null;
}

/**
 * Tells a person of it, in the transaction that does it. Nobody is told of what they did themselves,
 * nor twice of one comment: of several kinds, the first counts.
 */
export async function addNotice(
  trx: Transaction,
  clock: () => number,
  { userId, ...happening }: Happening & { userId: number },
): Promise<void> {
  if (userId === happening.actorId) return;
  await store.insertNotice(trx, userId, rowOf(clock, happening));
}

/** Tells every editor and owner but `actorId`. */
export async function addNoticeForEditors(
  trx: Transaction,
  clock: () => number,
  happening: Happening,
): Promise<void> {
  await store.insertForEditors(trx, rowOf(clock, happening));
}

/** The ids of the people whom a comment has told in this way. */
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
