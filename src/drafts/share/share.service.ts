import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { hashSecretToken } from '../../auth/tokens.ts';
import type { Context } from '../../context.ts';
import type { DraftRow, UserRow } from '../../db/schema.ts';
import { picturesIn } from '../../pictures/posts/picture-uses.service.ts';
import { renderText } from '../../text/renderer.ts';
import type { Rendered } from '../../text/rendered.ts';
import { draftNotFound, getDraft } from '../reading.service.ts';
import { findPublishedByShare } from './published-drafts.store.ts';
import * as store from './share.store.ts';
import { mayShare, signPictures } from './shared-pictures.service.ts';

/** 128 bits, which nobody can guess. */
const TOKEN_BYTES = 16;

/** Makes a link for readers of a draft, which replaces any earlier one; returns its token, which is not stored. Throws 404. */
export async function shareDraft(ctx: Context, viewer: UserRow, id: number): Promise<string> {
  await getDraft(ctx, viewer, id);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  if (!(await store.setShareHash(ctx.db, id, hashSecretToken(token)))) throw draftNotFound();
  return token;
}

/** Ends the link of a draft, if it has one. Throws 404. */
export async function endSharing(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  await getDraft(ctx, viewer, id);
  await store.setShareHash(ctx.db, id, null);
}

/** Recently opened shared texts, by a hash of their source; limited by bytes of markup. */
const RENDERED = new LRUCache<string, Rendered>({ maxSize: 8 * 1024 * 1024 });

/**
 * Renders the text once for many readers, because rendering may take long, and anybody with the
 * link can request it.
 */
async function rendered(
  ctx: Context,
  { user_id: author, format, content }: Pick<DraftRow, 'user_id' | 'format' | 'content'>,
): Promise<Rendered> {
  const pictures = format === 'markdown' ? await picturesIn(ctx, { author, content }) : [];
  const source = JSON.stringify([format, content, pictures]);
  const key = createHash('sha256').update(source).digest('hex');
  const known = RENDERED.get(key);
  if (known) return known;
  const text = await renderText(content, format, pictures);
  RENDERED.set(key, text, { size: text.html.length + text.plain.length + 1 });
  return text;
}

/** What a link leads to: a draft to be read, or the post it became. */
export type Shared =
  | { draft: { title: string; username: string; updatedAt: number; text: Rendered } }
  | { postId: number };

/**
 * What the link with this token leads to. Throws 404 if the link has ended or was never made, and
 * if the draft's writer may no longer write, because nobody else could end the link.
 */
export async function openShared(ctx: Context, token: string): Promise<Shared> {
  const hash = hashSecretToken(token);
  const draft = await store.findSharedDraft(ctx.db, hash);
  if (draft && !mayShare(draft)) throw draftNotFound();
  if (draft) {
    const { id: draftId, title, username, updated_at: updatedAt } = draft;
    const text = await rendered(ctx, draft);
    const html = signPictures(ctx, { draftId, hash }, text.html);
    return { draft: { title, username, updatedAt, text: { ...text, html } } };
  }
  const postId = await findPublishedByShare(ctx.db, hash);
  if (postId === undefined) throw draftNotFound();
  return { postId };
}
