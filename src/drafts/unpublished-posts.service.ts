import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import type { PostWithAuthor } from '../posts/post.ts';
import { newestPublished } from '../posts/history/revisions.service.ts';
import { recordDraftUses } from './draft-pictures.service.ts';
import { assertRoom, lockDrafts } from './drafts.service.ts';
import * as store from './drafts.store.ts';

/**
 * Makes a draft of a post that is being unpublished; if the post already has a draft, that stays as
 * it is. Throws 400 at the limit of drafts, 401 if the account is gone.
 */
export async function keepAsDraft(
  { clock }: Context,
  trx: Transaction,
  { id: post_id, user_id, title, content, format, audience, tags }: PostWithAuthor,
): Promise<void> {
  await lockDrafts(trx, user_id);
  if (await store.findDraftOfPost(trx, { userId: user_id, postId: post_id })) return;
  await assertRoom(trx, user_id);
  const now = micros(clock);
  const base_revision = await newestPublished(trx, post_id);
  const text = { title, content, format, audience, tags: JSON.stringify(tags) };
  const draft = { post_id, user_id, ...text, base_revision };
  const made = await store.insertDraft(trx, { ...draft, created_at: now, updated_at: now });
  await recordDraftUses(trx, made, '');
}
