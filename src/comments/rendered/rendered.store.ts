import type { Database, Transaction } from '../../db/database.ts';
import type { CommentRow } from '../../db/schema.ts';

/** The markup of a comment, and what it is made of. */
type Stored = Pick<CommentRow, 'id' | 'content' | 'html' | 'renderer'>;

/** Some of the comments that were rendered by an earlier renderer than this one. */
export async function listOutdated(
  db: Database,
  { renderer, limit }: { renderer: number; limit: number },
): Promise<Stored[]> {
  return db
    .selectFrom('comments')
    .select(['id', 'content', 'html', 'renderer'])
    .where('renderer', '<', renderer)
    .orderBy('renderer')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Stores the markup of a comment, unless its text is another one by now. */
export async function putRendered(
  trx: Transaction,
  { id, content, html, renderer }: Stored,
): Promise<void> {
  await trx
    .updateTable('comments')
    .set({ html, renderer })
    .where('id', '=', id)
    .where('content', '=', content)
    .execute();
}
