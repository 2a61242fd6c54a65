import { findAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { DraftRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { HttpError, ValidationError } from '../../errors.ts';
import { addNotice } from '../../notices/notices.service.ts';
import { isBlank } from '../../unicode/visible.ts';
import { hasMarks } from '../form/together.ts';
import { StaleDraft } from '../drafts.service.ts';
import { publishDraft } from '../publish.service.ts';
import * as store from './due-drafts.store.ts';

/** A post published at most this late is dated with the scheduled time; microseconds. */
const PUNCTUAL = 60_000_000;

/**
 * Publishes every draft whose time has come. If several nodes try, only one publishes each draft:
 * the one that deletes its row, in the transaction that makes the post. If a draft cannot be
 * published, the reason is stored in it. Returns how many of each; ends early once `signal` is
 * aborted.
 */
export async function publishDue(
  ctx: Context,
  signal: AbortSignal,
): Promise<{ published: number; refused: number }> {
  const count = { published: 0, refused: 0 };
  for (const due of await store.listDueDrafts(ctx.db, micros(ctx.clock))) {
    if (signal.aborted) break;
    try {
      if (await publishOne(ctx, due)) count.published += 1;
    } catch (error) {
      if (!(error instanceof HttpError) || error.status >= 500) {
        ctx.log.error({ err: error, draft: due.id }, 'a draft could not be published');
      } else if (await refuse(ctx, due, error)) count.refused += 1;
    }
  }
  return count;
}

type Due = Pick<DraftRow, 'id' | 'user_id' | 'version'> & { publish_at: number };

/** False if another node has published it, or its author has saved or deleted it, in this moment. */
async function publishOne(ctx: Context, due: Due): Promise<boolean> {
  const now = micros(ctx.clock);
  const author = await findAccount(ctx, due.user_id);
  if (!author) return false;
  const text = await store.findText(ctx.db, due.id);
  if (!text) return false;
  if (isBlank(text.title)) throw new HttpError(422, 'It has no title.');
  if (isBlank(text.content)) throw new HttpError(422, 'It has no text.');
  if (hasMarks(text.content))
    throw new HttpError(422, 'It still has both versions of a text, marked. Choose one.');
  const moment = now - due.publish_at <= PUNCTUAL ? due.publish_at : now;
  try {
    const then = { ...ctx, clock: () => Math.floor(moment / 1000) };
    await publishDraft(then, author, due.id, [due.version], (trx, postId) =>
      addNotice(trx, ctx.clock, { userId: author.id, kind: 'published', postId }),
    );
    return true;
  } catch (error) {
    const taken =
      error instanceof StaleDraft || (error instanceof HttpError && error.status === 404);
    if (taken) return false;
    throw error;
  }
}

/** False if the draft has changed since, so that it is tried again. */
async function refuse({ db }: Context, due: Due, error: HttpError): Promise<boolean> {
  return store.setPublishError(db, due, reasonOf(error));
}

function reasonOf(error: HttpError): string {
  if (!(error instanceof ValidationError)) return error.message;
  if (error.errors.some(({ loc }) => loc.includes('tags')))
    return 'It has a tag that no post can have, or too many.';
  const long = error.errors.some(
    ({ type, loc }) => type === 'string_too_long' && loc.at(-1) === 'title',
  );
  return long ? 'Its title has more than 100 characters.' : error.message;
}
