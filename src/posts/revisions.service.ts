import type { Transaction } from '../db/database.ts';
import type { PostWithAuthor } from './post.ts';
import * as store from './revisions.store.ts';

export type { NewRevision } from './revisions.store.ts';
export { deleteRevisionsOfDraft, moveRevisionsToPost, newestPublished } from './revisions.store.ts';

/** Adds a revision of a post or a draft, and returns its id. */
export async function addRevision(trx: Transaction, revision: store.NewRevision): Promise<number> {
  return store.insertRevision(trx, revision);
}

type Text = Pick<PostWithAuthor, 'title' | 'content' | 'format'>;

/**
 * Adds a revision of what a post was changed to. A post without any, written before there were
 * revisions, imported or restored, first gets one of the text that is replaced. `by`: who changed
 * it; `now`: microseconds.
 */
export async function addChange(
  trx: Transaction,
  before: PostWithAuthor,
  after: Text & { by: number; now: number },
): Promise<void> {
  const { id: post_id, user_id } = before;
  if ((await store.newestPublished(trx, post_id)) === null) {
    const created_at = before.edited_at ?? before.date_posted;
    await addRevision(trx, { post_id, user_id, ...textOf(before), published: true, created_at });
  }
  const revision = { post_id, user_id: after.by, published: true, created_at: after.now };
  await addRevision(trx, { ...revision, ...textOf(after) });
}

const textOf = ({ title, content, format }: Text): Text => ({ title, content, format });
