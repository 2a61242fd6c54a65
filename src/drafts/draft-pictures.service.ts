import type { Transaction } from '../db/database.ts';
import type { DraftRow } from '../db/schema.ts';
import { recordUses } from '../pictures/posts/picture-uses.service.ts';

/**
 * Records which of its author's pictures a draft uses, in the transaction that saves its text. `replaced`: the text
 * until now, '' for a new draft.
 */
export async function recordDraftUses(
  trx: Transaction,
  { id, user_id: author, content }: Pick<DraftRow, 'id' | 'user_id' | 'content'>,
  replaced: string,
): Promise<void> {
  await recordUses(trx, { draft_id: id }, { author, content, replaced });
}
