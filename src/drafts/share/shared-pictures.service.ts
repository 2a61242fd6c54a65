import { createHmac, timingSafeEqual } from 'node:crypto';
import { can } from '../../auth/policy.ts';
import type { Context } from '../../context.ts';
import { MEDIA, pictureKeyOf } from '../../media/picture-variants.ts';
import * as store from './share.store.ts';

/** The link of a draft that was shared. */
interface Share {
  draftId: number;
  /** The hash of the link's token, so that each link has its own signatures. */
  hash: string;
}

/** Addresses of pictures for posts in rendered markup. */
const FILE = new RegExp(`${MEDIA}/post_\\w+/[0-9a-f]{32}\\.(?:webp|jpg)`, 'g');

/** The markup of a shared draft, with its pictures signed: whoever has the page may fetch them while the link holds. */
export function signPictures(ctx: Pick<Context, 'config'>, share: Share, markup: string): string {
  return markup.replaceAll(FILE, (file) => {
    const signed = signature(ctx, share, pictureKeyOf(file.slice(MEDIA.length + 1)));
    return `${file}?d=${share.draftId}.${signed}`;
  });
}

/** Whether the writer of a draft may still write, and so show it to others. */
export const mayShare = ({ user_id: id, role, state }: store.Writer): boolean =>
  can({ id, role, state }, 'write', { kind: 'blog' });

/**
 * Whether `d`, from the address of a picture's file, was signed for the link that its draft has now, and the draft still
 * uses the picture.
 */
export async function isShared(ctx: Context, key: string, d: string): Promise<boolean> {
  const [, id = '', given = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(d) ?? [];
  if (given === '') return false;
  const draftId = Number(id);
  const found = await store.findShareOfPicture(ctx.db, { draftId, key });
  if (!found || found.share_hash === null || !mayShare(found)) return false;
  const expected = Buffer.from(signature(ctx, { draftId, hash: found.share_hash }, key));
  return timingSafeEqual(Buffer.from(given), expected);
}

function signature({ config }: Pick<Context, 'config'>, { draftId, hash }: Share, key: string) {
  return createHmac('sha256', config.secretKey)
    .update(`shared-picture ${draftId} ${hash} ${key}`)
    .digest('base64url');
}
