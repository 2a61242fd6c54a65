import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import type { PostRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import {
  findPicturesOfPost,
  picturesIn,
  recordUses,
} from '../../pictures/posts/picture-uses.service.ts';
import { renderText, wordsOf } from '../../text/renderer.ts';
import {
  RENDERER,
  type Rendered,
  type ShownPicture,
  type TextPicture,
} from '../../text/rendered.ts';
import type { PostWithText, StoredText } from '../post.ts';
import type { PostWords } from './post-index.store.ts';
import { findPost } from '../posts.store.ts';
import { lockPost } from './writing.store.ts';
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
type Written = Pick<PostRow, 'user_id' | 'title' | 'content' | 'format'>;

/** A rendered text ready to be stored, the pictures that it may show, and its words for the index. */
interface Prepared {
  text: Rendered;
  pictures: TextPicture[];
  words: PostWords;
}

/** Renders a post's new text, before the transaction that stores it. Throws Unavailable. */
export async function prepareText(
  ctx: Db,
  { user_id: author, title, content, format }: Written,
): Promise<Prepared> {
  const pictures = await picturesIn(ctx, { author, content });
  const text = await renderText(content, format, pictures);
  return { text, pictures, words: await wordsOfPost(title, text) };
}

async function wordsOfPost(title: string, { plain }: Rendered): Promise<PostWords> {
  return { title: await wordsOf(title), body: await wordsOf(plain) };
}

/**
 * Stores the rendered text of a post, its words for the index, and which pictures it uses.
 * `replaced`: the previous text, '' for a new post. `now`: microseconds.
 */
export async function storeText(
  trx: Transaction,
  post: { id: number; replaced?: string } & Pick<Written, 'user_id' | 'content'>,
  { text, pictures, words }: Prepared,
  now: number,
): Promise<void> {
  const { id, user_id: author, content, replaced } = post;
  const used = await recordUses(trx, { post_id: id }, { author, content, replaced });
  // If a picture was deleted meanwhile, the text is rendered again when it is next read.
  const outdated = pictures.some((picture) => !used.includes(picture.id));
  await store.putText(trx, { postId: id, text, words, now, outdated });
}

function fromStored(text: StoredText | null): Rendered | undefined {
  if (text?.renderer !== RENDERER) return undefined;
  return {
    html: text.html,
    excerptHtml: text.excerpt_html,
    excerptCut: text.excerpt_cut === 1,
    teaser: text.teaser,
    plain: text.plain,
    words: text.words,
    picture: text.picture === null ? null : (JSON.parse(text.picture) as ShownPicture),
    shownPlain: text.shown_plain as Rendered['shownPlain'],
  };
}

/** Puts posts into the index again whose text has not changed. */
export async function indexAgain(
  { db }: Pick<Context, 'db'>,
  ids: readonly number[],
): Promise<void> {
  for (const id of ids) {
    const post = await findPost(db, id);
    const text = post && fromStored(post.text);
    // A post without a rendered text is indexed when it is rendered.
    if (!text) continue;
    const words = await wordsOfPost(post.title, text);
    await transact(db, async (trx) => {
      if (await lockPost(trx, post)) await store.putIndexed(trx, id, words);
    });
  }
}

/**
 * Renders and indexes all posts that have no text of this renderer, and indexes those that are
 * missing in the index: written by an earlier program, imported or restored. Returns how many; ends
 * early once `signal` is aborted. Each post is a transaction of its own, so that nobody waits.
 */
export async function renderMissingTexts(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  signal: AbortSignal,
): Promise<number> {
  let [after, done] = [0, 0];
  for (;;) {
    const posts = await store.listRendered(db, { after, limit: BATCH });
    for (const { id, rendered, indexed } of posts) {
      if (rendered && indexed) continue;
      const post = await findPost(db, id);
      if (signal.aborted) return done;
      if (!post) continue;
      const text = rendered ? fromStored(post.text) : undefined;
      const words = text && (await wordsOfPost(post.title, text));
      const prepared = words ? undefined : await prepareText({ db }, post);
      await transact(db, async (trx) => {
        if (!(await lockPost(trx, post))) return;
        if (words) await store.putIndexed(trx, post.id, words);
        if (prepared) await storeText(trx, post, prepared, micros(clock));
      });
      done += 1;
    }
    after = posts.at(-1)?.id ?? 0;
    if (posts.length < BATCH || signal.aborted) return done;
    await sleep(PAUSE_MS);
  }
}
