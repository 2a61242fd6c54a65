import { authorize, isMember } from '../../auth/policy.ts';
import { hashSecretToken, newSecretToken } from '../../auth/tokens.ts';
import { lockAccountAlone } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { HttpError } from '../../errors.ts';
import * as store from './private-feeds.store.ts';

/** 128 bits, which nobody can guess. */
const TOKEN_BYTES = 16;

/** Who reads by the address of private feeds, and the id of the address, which signs links to pictures. */
export interface FeedReader {
  user: UserRow;
  feedId: number;
}

/** When the viewer's address was made (microseconds); undefined without one. */
export async function findMadeAt({ db }: Context, viewer: UserRow): Promise<number | undefined> {
  return store.findMadeAt(db, viewer.id);
}

/**
 * Makes an address. Any earlier one ends, and its links to pictures with it. Returns its
 * token, which is not stored. Throws 403 unless the viewer is a member.
 */
export async function makeFeed(ctx: Context, viewer: UserRow): Promise<string> {
  assertMember(viewer);
  const { token, hash } = newSecretToken(TOKEN_BYTES);
  await transact(ctx.db, async (trx) => {
    // Two tabs at once make one address.
    const user = await lockAccountAlone(trx, viewer.id);
    assertMember(user ?? null);
    const feed = { user_id: viewer.id, token_hash: hash, created_at: micros(ctx.clock) };
    await store.replaceFeed(trx, feed);
  });
  return token;
}

function assertMember(viewer: UserRow | null): void {
  authorize(viewer, 'own-feeds', { kind: 'blog' }, 'Your account cannot have feeds of its own yet');
}

/** Ends the viewer's address, if there is one. */
export async function endFeed({ db }: Context, viewer: UserRow): Promise<void> {
  await store.deleteFeed(db, viewer.id);
}

/** Who reads by this token. Throws 404 if it was never made or has ended, or they may not read here any more. */
export async function openFeed({ db }: Context, token: string): Promise<FeedReader> {
  const found = await store.findReader(db, { hash: hashSecretToken(token) });
  return readerOf(found) ?? notFound();
}

/** Who reads by the address with this id; undefined as for `openFeed`. */
export async function findReader({ db }: Context, id: number): Promise<UserRow | undefined> {
  return readerOf(await store.findReader(db, { id }))?.user;
}

function readerOf(found: Awaited<ReturnType<typeof store.findReader>>): FeedReader | undefined {
  if (!found || !isMember(found)) return undefined;
  const { feed_id: feedId, ...user } = found;
  return { user, feedId };
}

function notFound(): never {
  throw new HttpError(404, 'Feed not found');
}
