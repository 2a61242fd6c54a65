import type { Database, Transaction } from '../../db/database.ts';
import { namedPictures } from '../../text/markdown/pictures.ts';
import type { Format, Rendered, TextPicture } from '../../text/rendered.ts';
import { renderText } from '../../text/renderer.ts';
import * as store from './picture-uses.store.ts';

export { findPicturesOfPost, listPicturesOfPost } from './picture-uses.store.ts';

/** The pictures that a text may show: those it names and its author owns. */
export async function picturesIn(
  { db }: { db: Database },
  { author, content }: { author: number; content: string },
): Promise<TextPicture[]> {
  const named = namedPictures(content);
  return named.length === 0 ? [] : store.findPictures(db, author, named);
}

/** A user's newest pictures that no post and no draft uses. */
export async function listUnusedOf(
  { db }: { db: Database },
  userId: number,
  limit: number,
): Promise<(TextPicture & { alt: string; caption: string })[]> {
  return store.listUnusedOf(db, userId, limit);
}

/** Renders a text as its author sees it, with their pictures. Throws Unavailable. */
export async function renderOwn(
  deps: { db: Database },
  { author, content, format }: { author: number; content: string; format: Format },
): Promise<Rendered> {
  const pictures = format === 'markdown' ? await picturesIn(deps, { author, content }) : [];
  return renderText(content, format, pictures);
}

/**
 * Records which pictures a text uses, in the transaction that saves it, and returns their ids.
 * Without `author`, everybody's pictures count; this is for revisions, which show no picture to
 * readers. `replaced`: the previous text, '' for a new one.
 */
export async function recordUses(
  trx: Transaction,
  by: store.UsedBy,
  {
    author,
    content,
    replaced,
  }: { author?: number; content: string; replaced?: string | undefined },
): Promise<number[]> {
  const used = await store.lockPictures(trx, author, namedPictures(content));
  const usedNone = replaced !== undefined && namedPictures(replaced).length === 0;
  const before = usedNone ? [] : await store.listUses(trx, by);
  const added = used.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !used.includes(id));
  await store.changeUses(trx, by, { added, removed });
  return used;
}
