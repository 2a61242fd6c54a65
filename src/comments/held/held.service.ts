import type { Context } from '../../context.ts';
import { hasComments } from '../comments.service.ts';
import { allWithCurrentMarkup } from '../rendered/rendered.service.ts';
import { countHeld, listHeld, type HeldComment } from './held.store.ts';

export type { HeldComment } from './held.store.ts';

/** Comments on a page of those that wait. */
export const HELD_PAGE = 20;
/** Waiting comments are counted up to this number. */
export const HELD_COUNTED = 1000;

/** How many comments wait for an editor, HELD_COUNTED at most; 0 on a blog without comments. */
export async function countHeldComments(ctx: Pick<Context, 'db'>): Promise<number> {
  return (await hasComments(ctx)) ? countHeld(ctx.db, HELD_COUNTED) : 0;
}

/**
 * A page of comments that wait for an editor, oldest first, the id after which the next one begins,
 * and how many wait, HELD_COUNTED at most.
 */
export async function getHeldComments(
  ctx: Pick<Context, 'db'>,
  after = 0,
): Promise<{ comments: HeldComment[]; next: number | undefined; count: number }> {
  const count = await countHeldComments(ctx);
  const found = count > 0 ? await listHeld(ctx.db, { after, limit: HELD_PAGE + 1 }) : [];
  const comments = await allWithCurrentMarkup(found.slice(0, HELD_PAGE));
  return { comments, next: found.length > HELD_PAGE ? comments.at(-1)?.id : undefined, count };
}
