import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { PostRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { findPicturesOfPost, picturesIn, recordUses } from '../pictures/picture-uses.service.ts';
import { renderText } from '../text/renderer.ts';
import { RENDERER, type Rendered, type ShownPicture, type TextPicture } from '../text/rendered.ts';
import type { PostWithText, StoredText } from './post.ts';
import { findPost, lockPost } from './posts.store.ts';
import * as store from './texts.store.ts';

/** Posts checked at a time, and the pause after them in milliseconds, so that readers hardly notice. */
const BATCH = 100;
const PAUSE_MS = 20;

/** A post's rendered text: the stored one, or rendered now if it is missing or outdated. */
export async function textOf({ db }: Db, post: PostWithText): Promise<Rendered> {
  const stored = fromStored(post.text);
  if (stored) return stored;
  return renderText(post.content, post.format, await findPicturesOfPost(db, post.id));
}

type Db = Pick<Context, 'db'>;
type Written = Pick<PostRow, 'user_id' | 'content' | 'format'>;

/** A text that was rendered to be stored, and the pictures that it may show. */
interface Prepared {
  text: Rendered;
  pictures: TextPicture[];
}

/** Renders what a post is to say, ahead of the transaction that stores it. Throws Unavailable. */
export async function prepareText(
  ctx: Db,
  { user_id: author, content, format }: Written,
): Promise<Prepared> {
  const pictures = await picturesIn(ctx, { author, content });
  return { text: await renderText(content, format, pictures), pictures };
}

/** Stores the rendered text of a post, and which pictures it uses. `now`: microseconds. */
export async function storeText(
  trx: Transaction,
  post: { id: number } & Pick<Written, 'user_id' | 'content'>,
  { text, pictures }: Prepared,
  now: number,
): Promise<void> {
  const { id, user_id: author, content } = post;
  const used = await recordUses(trx, { post_id: id }, { author, content });
  // A picture that was deleted in between: the text is rendered again when it is asked for.
  const outdated = pictures.some((picture) => !used.includes(picture.id));
  await store.putText(trx, { postId: id, text, now, outdated });
}

function fromStored(text: StoredText | null): Rendered | undefined {
  if (text?.renderer !== RENDERER) return undefined;
  return {
    html: text.html,
    excerptHtml: text.excerpt_html,
    excerptCut: text.excerpt_cut === 1,
    plain: text.plain,
    words: text.words,
    picture: text.picture === null ? null : (JSON.parse(text.picture) as ShownPicture),
    shownPlain: text.shown_plain as Rendered['shownPlain'],
  };
}

/**
 * Renders the texts of all posts that have none of this renderer: written by an earlier one,
 * imported or restored. Returns how many; ends early once `signal` is aborted.
 */
export async function renderMissingTexts(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  signal: AbortSignal,
): Promise<number> {
  let [after, rendered] = [0, 0];
  for (;;) {
    const posts = await store.listRendered(db, { after, limit: BATCH });
    for (const { id } of posts.filter((post) => !post.rendered)) {
      const post = await findPost(db, id);
      if (signal.aborted) return rendered;
      if (!post) continue;
      const prepared = await prepareText({ db }, post);
      await transact(db, async (trx) => {
        if (await lockPost(trx, post)) await storeText(trx, post, prepared, micros(clock));
      });
      rendered += 1;
    }
    after = posts.at(-1)?.id ?? 0;
    if (posts.length < BATCH || signal.aborted) return rendered;
    await sleep(PAUSE_MS);
  }
}
