import type { Transaction } from '../db/database.ts';
import type { DraftRow } from '../db/schema.ts';
import { addRevision } from '../posts/revisions.service.ts';
import { hasRevisionOf, newestRevisionOf } from './drafts.store.ts';

/** Saves of one draft make a revision at most this often; microseconds. */
const EVERY = 10 * 60 * 1_000_000;

/**
 * Keeps a text of a draft as a revision, if ten minutes have passed since the last one or since the
 * draft began; `always`: at any time, but the same text only once. `now`: microseconds.
 */
export async function keepText(
  trx: Transaction,
  text: Pick<DraftRow, 'id' | 'post_id' | 'title' | 'content' | 'format' | 'tags' | 'created_at'>,
  { by, now, always }: { by: number; now: number; always: boolean },
): Promise<void> {
  const { id: draft_id, post_id, title, content, format, tags } = text;
  if (title === '' && content === '') return;
  if (!always) {
    const last = (await newestRevisionOf(trx, draft_id)) ?? text.created_at;
    // Also with a clock that was set back.
    if (Math.abs(now - last) < EVERY) return;
  }
  if (await hasRevisionOf(trx, text)) return;
  const saved = { title, content, format, tags, published: false, created_at: now };
  await addRevision(trx, { draft_id, post_id, user_id: by, ...saved });
}
