import type { Transaction } from '../db/database.ts';
import type { DraftRow, RevisionRow } from '../db/schema.ts';
import { addRevision } from '../posts/history/revisions.service.ts';
import { hasRevision, newestRevisionOf } from './drafts.store.ts';

/** Saves of one draft make a revision at most this often; microseconds. */
const EVERY = 10 * 60 * 1_000_000;

/** A text, and the draft or post that it is a state of. */
type State = Pick<RevisionRow, 'draft_id' | 'post_id' | 'title' | 'content' | 'format' | 'tags'>;

/** Keeps a text as a revision, unless one with the same text exists. `now`: microseconds. */
export async function keepText(
  trx: Transaction,
  { draft_id, post_id, title, content, format, tags }: State,
  { by, now }: { by: number; now: number },
): Promise<void> {
  if (title === '' && content === '') return;
  const text = { title, content, format };
  if (await hasRevision(trx, { draft_id, post_id, ...text })) return;
  const revision = { draft_id, post_id, user_id: by, ...text, tags, published: false };
  await addRevision(trx, { ...revision, created_at: now });
}

/**
 * Keeps the draft's current text as a revision, if ten minutes have passed since the last one or
 * since the draft began.
 */
export async function keepAtTimes(trx: Transaction, draft: DraftRow, now: number): Promise<void> {
  const last = (await newestRevisionOf(trx, draft.id)) ?? draft.created_at;
  // Also with a clock that was set back.
  if (Math.abs(now - last) < EVERY) return;
  await keepState(trx, draft, now);
}

/** Keeps the draft's current text as a revision. */
export async function keepState(trx: Transaction, draft: DraftRow, now: number): Promise<void> {
  await keepText(trx, { ...draft, draft_id: draft.id }, { by: draft.user_id, now });
}
