import { hashPassword, needsRehash, verifyDummyHash, verifyPassword } from '../auth/passwords.ts';
import { findAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { caseKey } from '../db/case-fold.ts';
import { micros } from '../db/time.ts';
import type { UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { accountFrom, networkOf } from '../rate-limits/rate-limits.ts';
import { collectDoomed, doomPicturesOf } from '../pictures/pictures.service.ts';
import type { UserCreate, UserUpdate } from './user.ts';
import * as store from './users.store.ts';

/** Makes an account. Throws 400 when the name or the address is taken. */
export async function createUser(ctx: Context, given: UserCreate): Promise<UserRow> {
  const names = namesOf(given);
  // Asked first so that a taken name costs no hash; what decides is the constraint.
  await refuseTaken(ctx, names);
  const user = {
    ...names,
    password_hash: await hashPassword(given.password),
    password_changed_at: null,
    picture_key: null,
    created_at: micros(ctx.clock),
  };
  return orTaken(ctx, names, () => store.insertUser(ctx.db, user));
}

/** Public registration from an IP address: createUser unless the host has closed it, then 403; or 429. */
export async function register(ctx: Context, given: UserCreate, address: string): Promise<UserRow> {
  if (ctx.config.REGISTRATION === 'closed') throw new HttpError(403, 'Registration is closed');
  await ctx.limits.registrations.take(networkOf(address));
  return createUser(ctx, given);
}

/**
 * The account of this e-mail and password, or null; both cases take the same time. Throws 429 when
 * too many wrong passwords came from this IP address.
 */
export async function logIn(
  ctx: Context,
  { email, password, address }: { email: string; password: string; address: string },
): Promise<UserRow | null> {
  const user = await store.findUserByEmail(ctx.db, email);
  const right = await limitFailures(ctx, accountFrom(address, caseKey(email)), () =>
    user ? verifyPassword(user.password_hash, password) : verifyDummyHash(password),
  );
  if (!user || !right) return null;
  if (needsRehash(user.password_hash)) {
    await store.rehash(ctx.db, user, await hashPassword(password));
  }
  return user;
}

/** The user, or 404. */
export async function getUser(ctx: Context, id: number): Promise<UserRow> {
  const user = await findAccount(ctx, id);
  if (!user) throw userNotFound();
  return user;
}

export async function userExists(ctx: Context, id: number): Promise<boolean> {
  return (await findAccount(ctx, id)) !== undefined;
}

/** The user with this e-mail, or 404. */
export async function getUserByEmail(ctx: Context, email: string): Promise<UserRow> {
  const user = await store.findUserByEmail(ctx.db, email);
  if (!user) throw userNotFound();
  return user;
}

/** Changes name and address as far as they are given. Throws 400 when either is another's. */
export async function updateUser(ctx: Context, id: number, change: UserUpdate): Promise<UserRow> {
  const names = namesOf(change);
  if (Object.keys(names).length === 0) return getUser(ctx, id);
  await refuseTaken(ctx, names, id);
  const user = await orTaken(ctx, names, () => store.updateUser(ctx.db, id, names), id);
  if (!user) throw userNotFound();
  return user;
}

/** Deletes the account with posts, sessions, reset tokens and pictures. Throws 404. */
export async function deleteUser(ctx: Context, id: number): Promise<void> {
  const doomed = await transact(ctx.db, async (trx) => {
    const keys = await doomPicturesOf(trx, id, micros(ctx.clock));
    if (!(await store.deleteUser(trx, id))) throw userNotFound();
    return keys;
  });
  await collectDoomed(ctx, doomed);
}

/**
 * Changes the password and ends all sessions, tokens and reset links. Throws 400 when `current` is
 * not the password, and 429 as a login does.
 */
export async function changePassword(
  ctx: Context,
  user: UserRow,
  { current, next, address }: { current: string; next: string; address: string },
): Promise<UserRow> {
  const wrong = () =>
    new HttpError(400, 'Current password is incorrect', { field: 'current_password' });
  const right = await limitFailures(ctx, accountFrom(address, user.email_key), () =>
    verifyPassword(user.password_hash, current),
  );
  if (!right) throw wrong();
  const hash = await hashPassword(next);
  return transact(ctx.db, async (trx) => {
    const now = micros(ctx.clock);
    const change = { userId: user.id, hash, oldHash: user.password_hash, now };
    const changed = await store.setPassword(trx, change);
    if (!changed) throw wrong();
    await store.revokeCredentials(trx, user.id);
    return changed;
  });
}

/**
 * Whether a password is right, as long as not too many were wrong. Asked again at the end: of a
 * thousand guesses sent at once all but the first ten are answered alike, the right one included.
 */
async function limitFailures(
  { limits: { failedLogins } }: Context,
  key: string,
  verify: () => Promise<boolean>,
): Promise<boolean> {
  await failedLogins.check(key);
  const right = await verify();
  if (!right) await failedLogins.take(key);
  else await failedLogins.check(key).then(() => failedLogins.forget(key));
  return right;
}

type Names = Pick<UserRow, 'username' | 'username_key' | 'email' | 'email_key'>;

function namesOf(given: UserCreate): Names;
function namesOf(given: UserUpdate): Partial<Names>;
function namesOf({ username, email }: UserUpdate): Partial<Names> {
  return {
    ...(username != null && { username, username_key: caseKey(username) }),
    ...(email != null && { email: email.toLowerCase(), email_key: caseKey(email) }),
  };
}

async function refuseTaken(ctx: Context, names: Partial<Names>, ownId?: number): Promise<void> {
  const { username_key, email_key } = names;
  if (
    username_key !== undefined &&
    (await store.isTaken(ctx.db, 'username_key', username_key, ownId))
  )
    throw new HttpError(400, 'Username already exists', { field: 'username' });
  if (email_key !== undefined && (await store.isTaken(ctx.db, 'email_key', email_key, ownId)))
    throw new HttpError(400, 'Email already registered', { field: 'email' });
}

/** Two at once may both pass refuseTaken; the second then breaks the constraint and is told why. */
async function orTaken<T>(
  ctx: Context,
  names: Partial<Names>,
  write: () => Promise<T>,
  ownId?: number,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error)) await refuseTaken(ctx, names, ownId);
    throw error;
  }
}

const userNotFound = () => new HttpError(404, 'User not found');
