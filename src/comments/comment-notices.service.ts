import type { Transaction } from '../db/database.ts';
import { addNotice, listTold } from '../notices/notices.service.ts';
import type { PostWithAuthor } from '../posts/post.ts';
import { MENTIONS_MAX, type CommentWithAuthor } from './comment.ts';

/** A comment that everybody can read now. */
interface Shown {
  id: number;
  author: number;
  post: Pick<PostWithAuthor, 'id' | 'user_id'>;
  /** The comments that it replies to. */
  answered: readonly Pick<CommentWithAuthor, 'user_id'>[];
  /** The ids of those whom it mentions. */
  mentioned: readonly number[];
}

/**
 * Notifies everybody whom a comment concerns, each once, in the transaction that publishes it. All
 * edits of a comment together notify at most as many people as one comment may mention.
 */
export async function notifyOfComment(
  trx: Transaction,
  clock: () => number,
  { id, author, post, answered, mentioned }: Shown,
): Promise<void> {
  const about = { actorId: author, postId: post.id, commentId: id };
  const tell = async (userId: number | null, kind: 'reply' | 'mention' | 'comment') => {
    if (userId !== null) await addNotice(trx, clock, { userId, kind, ...about });
  };
  // If several kinds apply, the first one counts.
  for (const { user_id } of answered) await tell(user_id, 'reply');
  const told = mentioned.length > 0 ? await listTold(trx, { commentId: id, kind: 'mention' }) : [];
  const untold = mentioned.filter((userId) => !told.includes(userId));
  for (const userId of untold.slice(0, Math.max(0, MENTIONS_MAX - told.length))) {
    await tell(userId, 'mention');
  }
  await tell(post.user_id, 'comment');
}
