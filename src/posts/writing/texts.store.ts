import type { Database, Transaction } from '../../db/database.ts';
import type { Rendered } from '../../text/rendered.ts';
import { RENDERER } from '../../text/rendered.ts';
import { INDEX_VERSION, type PostWords, putWords } from './post-index.store.ts';

/**
 * Stores a post's text, rendered by this renderer, instead of any earlier one, and puts its words
 * into the index. `now`: microseconds; `outdated`: it must be rendered again.
 */
export async function putText(
  trx: Transaction,
  {
    postId,
    text,
    words,
    now,
    outdated = false,
  }: { postId: number; text: Rendered; words: PostWords; now: number; outdated?: boolean },
): Promise<void> {
  const row = {
    renderer: outdated ? 0 : RENDERER,
    html: text.html,
    excerpt_html: text.excerptHtml,
    excerpt_cut: text.excerptCut ? 1 : 0,
    teaser: text.teaser,
    plain: text.plain,
    words: text.words,
    shown_plain: text.shownPlain,
    picture: text.picture && JSON.stringify(text.picture),
    updated_at: now,
    indexed: INDEX_VERSION,
  };
  await trx
    .insertInto('post_texts')
    .values({ post_id: postId, ...row })
    .onConflict((conflict) => conflict.column('post_id').doUpdateSet(row))
    .execute();
  await putWords(trx, postId, words);
}

/** Puts the words of a post whose text is there into the index. */
export async function putIndexed(
  trx: Transaction,
  postId: number,
  words: PostWords,
): Promise<void> {
  await putWords(trx, postId, words);
  await trx
    .updateTable('post_texts')
    .set({ indexed: INDEX_VERSION })
    .where('post_id', '=', postId)
    .execute();
}

/** Which parts of a post's text are up to date. */
interface TextState {
  id: number;
  /** by this renderer */
  rendered: boolean;
  /** as this program indexes it */
  indexed: boolean;
}

/** The posts with ids above this one, in order, and which parts of their texts are up to date. */
export async function listRendered(
  db: Database,
  { after, limit }: { after: number; limit: number },
): Promise<TextState[]> {
  const rows = await db
    .selectFrom('posts')
    .leftJoin('post_texts', 'post_texts.post_id', 'posts.id')
    .select(['posts.id', 'post_texts.renderer', 'post_texts.indexed'])
    .where('posts.id', '>', after)
    .orderBy('posts.id')
    .limit(limit)
    .execute();
  return rows.map(({ id, renderer, indexed }) => ({
    id,
    rendered: renderer === RENDERER,
    indexed: indexed === INDEX_VERSION,
  }));
}
