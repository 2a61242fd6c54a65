import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { renderText } from '../text/renderer.ts';
import { RENDERER, type Rendered } from '../text/rendered.ts';
import type { PostWithText, StoredText } from './post.ts';
import { findPost } from './posts.store.ts';
import * as store from './texts.store.ts';

/** Posts checked at a time, and the pause after them in milliseconds, so that readers hardly notice. */
const BATCH = 100;
const PAUSE_MS = 20;

/** A post's rendered text: the stored one, or rendered now if it is missing or outdated. */
export async function textOf(post: PostWithText): Promise<Rendered> {
  return fromStored(post.text) ?? renderText(post.content, post.format);
}

function fromStored(text: StoredText | null): Rendered | undefined {
  if (text?.renderer !== RENDERER) return undefined;
  return {
    html: text.html,
    excerptHtml: text.excerpt_html,
    excerptCut: text.excerpt_cut === 1,
    plain: text.plain,
    words: text.words,
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
      const text = await renderText(post.content, post.format);
      await transact(db, (trx) => store.putTextOf(trx, post, text, micros(clock)));
      rendered += 1;
    }
    after = posts.at(-1)?.id ?? 0;
    if (posts.length < BATCH || signal.aborted) return rendered;
    await sleep(PAUSE_MS);
  }
}
