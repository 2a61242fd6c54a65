import type { Database, Transaction } from '../db/database.ts';
import type { Rendered } from '../text/rendered.ts';
import { RENDERER } from '../text/rendered.ts';

/**
 * Puts a post's text, rendered by this renderer, in the place of any before it. `now`: microseconds;
 * `outdated`: it must be rendered again.
 */
export async function putText(
  db: Database | Transaction,
  {
    postId,
    text,
    now,
    outdated = false,
  }: { postId: number; text: Rendered; now: number; outdated?: boolean },
): Promise<void> {
  const row = {
    renderer: outdated ? 0 : RENDERER,
    html: text.html,
    excerpt_html: text.excerptHtml,
    excerpt_cut: text.excerptCut ? 1 : 0,
    plain: text.plain,
    words: text.words,
    shown_plain: text.shownPlain,
    picture: text.picture && JSON.stringify(text.picture),
    updated_at: now,
  };
  await db
    .insertInto('post_texts')
    .values({ post_id: postId, ...row })
    .onConflict((conflict) => conflict.column('post_id').doUpdateSet(row))
    .execute();
}

/** The posts behind this id, in their order, and whether the text of each is that of this renderer. */
export async function listRendered(
  db: Database,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; rendered: boolean }[]> {
  const rows = await db
    .selectFrom('posts')
    .leftJoin('post_texts', 'post_texts.post_id', 'posts.id')
    .select(['posts.id', 'post_texts.renderer'])
    .where('posts.id', '>', after)
    .orderBy('posts.id')
    .limit(limit)
    .execute();
  return rows.map(({ id, renderer }) => ({ id, rendered: renderer === RENDERER }));
}
