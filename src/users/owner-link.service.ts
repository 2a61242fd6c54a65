import { hashSecretToken, newSecretToken } from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import type { Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import * as store from './roles.store.ts';
import type { UserCreate } from './user.ts';
import { createUser } from './users.service.ts';

/** How long the link works, if nobody uses it before; microseconds. */
const LIFE = 24 * 60 * 60 * 1_000_000;

/**
 * For each start: a link that makes its user the owner, once; undefined if the blog has one. Links
 * of earlier starts end.
 */
export async function newOwnerLink({ db, clock, config }: Context): Promise<string | undefined> {
  const { token, hash } = newSecretToken();
  const made = await transact(db, async (trx) => {
    const wanted = !(await store.hasOwner(trx));
    const link = { token_hash: hash, expires_at: micros(clock) + LIFE };
    await store.replaceOwnerLink(trx, wanted ? link : null);
    return wanted;
  });
  return made ? `${config.FRONTEND_URL}/owner/${token}` : undefined;
}

/** Whether the link with this token can still be used. */
async function isOwnerLinkAlive({ db, clock }: Context, token: string): Promise<boolean> {
  if (!(await store.findOwnerLink(db, hashSecretToken(token), micros(clock)))) return false;
  return !(await store.hasOwner(db));
}

/** Throws 404, the same for every reason, unless the link with this token can be used. */
export async function assertOwnerLink(ctx: Context, token: string): Promise<void> {
  if (!(await isOwnerLinkAlive(ctx, token))) throw deadLink();
}

/** Uses the link: the account becomes an active owner. Throws 404 as assertOwnerLink. */
export async function becomeOwner(ctx: Context, user: UserRow, token: string): Promise<void> {
  await transact(ctx.db, (trx) => takeLink(ctx, trx, user.id, token));
}

/**
 * Uses the link to create an account that is the owner. Either both happen, or neither. Throws 404
 * as assertOwnerLink, and 400 if the name or the address is taken.
 */
export async function createOwner(
  ctx: Context,
  given: UserCreate,
  token: string,
): Promise<UserRow> {
  return createUser(ctx, given, { after: (trx, { id }) => takeLink(ctx, trx, id, token) });
}

async function takeLink(
  { clock }: Context,
  trx: Transaction,
  userId: number,
  token: string,
): Promise<void> {
  const owners = await store.lockOwnersAnd(trx, userId);
  const taken = await store.takeOwnerLink(trx, hashSecretToken(token), micros(clock));
  const owned = owners.some(({ role, state }) => role === 'owner' && state === 'active');
  if (!taken || owned || !owners.some(({ id }) => id === userId)) throw deadLink();
  await store.setRole(trx, userId, { role: 'owner', active: true });
}

const deadLink = () =>
  new HttpError(
    404,
    'This link does not work. It can be used once, within 24 hours, and until the next start of the server, which prints a new one while the blog has no owner.',
  );
