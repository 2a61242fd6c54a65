import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import type { UserRow } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { tryUntilTaken } from '../../db/try-until-taken.ts';
import { HttpError } from '../../errors.ts';
import type { PostWithAuthor } from '../post.ts';
import { getOwnPostFor } from '../posts.service.ts';
import * as store from '../writing/writing.store.ts';
import { StalePost, TOO_MANY } from '../writing/writing.service.ts';

/** Makes a draft of a post, in the transaction that unpublishes it. */
export type KeepAsDraft = (trx: Transaction, post: PostWithAuthor) => Promise<void>;

/**
 * Unpublishes a post; its number, date and revisions are kept for publishing it again. `keep` is
 * done in the same transaction, with the post as it is. A post that is unpublished already stays
 * so. Throws 404, 403, 409 for a hidden post, and what `keep` throws.
 */
export async function unpublishPost(
  ctx: Context,
  viewer: UserRow,
  id: number,
  keep: KeepAsDraft,
): Promise<void> {
  await tryUntilTaken(async () => {
    const post = await getOwnPostFor(ctx, viewer, id, 'update');
    if (post.state === 'unpublished') return true;
    // An unpublished post could be published again, which would undo the hiding.
    if (post.state === 'hidden') throw new HttpError(409, 'This post is hidden by an editor.');
    try {
      await transact(ctx.db, async (trx) => {
        await keep(trx, post);
        if (!(await store.updatePost(trx, post, { state: 'unpublished' }))) throw new StalePost();
      });
      return true;
    } catch (error) {
      // The post has changed, so the draft would not have its current text; try again.
      if (!(error instanceof StalePost)) throw error;
      return undefined;
    }
  }, TOO_MANY);
}

/** Deletes a post that is unpublished, and no other. */
export async function deleteUnpublished(trx: Transaction, id: number): Promise<void> {
  await store.deletePost(trx, id, 'unpublished');
}
