import { hashPassword } from '../auth/passwords.ts';
import { findAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { exactKey, nameKey } from '../unicode/case-fold.ts';
import { micros } from '../db/time.ts';
import type { NewUser, UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import type { Transaction } from '../db/database.ts';
import { HttpError } from '../errors.ts';
import { forgetReasons } from '../moderation/log.service.ts';
import { emailKey } from '../unicode/email-address.ts';
import { doomPicturesOf } from '../pictures/pictures.service.ts';
import { collectDoomed } from '../pictures/ledger.service.ts';
import type { UserCreate, UserUpdate } from './user.ts';
import * as store from './users.store.ts';

/**
 * Creates an account. Within the same transaction, `first` returns further columns for the account,
 * and `after` runs once it exists. Throws 400 if the name or the address is taken.
 */
export async function createUser(
  ctx: Context,
  given: UserCreate,
  {
    first,
    after,
  }: {
    first?: (trx: Transaction) => Promise<Partial<NewUser>>;
    after?: (trx: Transaction, user: UserRow) => Promise<void>;
  } = {},
): Promise<UserRow> {
  const names = namesOf(given);
  // Checked first so that a taken name costs no hash; the constraint decides.
  await refuseTaken(ctx, names);
  const user = {
    ...names,
    password_hash: await hashPassword(given.password),
    password_changed_at: null,
    picture_key: null,
    created_at: micros(ctx.clock),
  };
  const write = () =>
    transact(ctx.db, async (trx) => {
      const made = await store.insertUser(trx, { ...user, ...(await first?.(trx)) });
      await after?.(trx, made);
      return made;
    });
  return orTaken(ctx, names, write);
}

/** The id of the account of this name, in any case. */
export async function findUserNamed({ db }: Context, name: string): Promise<number | undefined> {
  return store.findByKey(db, 'username_key', nameKey(name));
}

/** The user, or 404. */
export async function getUser(ctx: Context, id: number): Promise<UserRow> {
  const user = await findAccount(ctx, id);
  if (!user) throw userNotFound();
  return user;
}

/** Whether there is an account with this id. */
export async function userExists(ctx: Context, id: number): Promise<boolean> {
  return (await findAccount(ctx, id)) !== undefined;
}

/** The user with this e-mail, or 404. */
export async function getUserByEmail(ctx: Context, email: string): Promise<UserRow> {
  const user = await store.findUserByEmail(ctx.db, email);
  if (!user) throw userNotFound();
  return user;
}

/**
 * Changes name and address if they are given and differ. A new address ends the links that were
 * mailed to the old one; `confirmed`: its owner has used one that was mailed to it. `first` runs
 * within the same transaction. Throws 400 if one of them is taken.
 */
export async function updateUser(
  ctx: Context,
  id: number,
  change: UserUpdate,
  { first, confirmed }: { first?: (trx: Transaction) => Promise<void>; confirmed?: true } = {},
): Promise<UserRow> {
  const stored = await getUser(ctx, id);
  const names = changedNames(stored, change);
  const nothing = Object.keys(names).length === 0;
  if (nothing && !first) return stored;
  await refuseTaken(ctx, names, id);
  const write = () =>
    transact(ctx.db, async (trx) => {
      await first?.(trx);
      if (nothing) return stored;
      const at = confirmed ? { email_confirmed_at: micros(ctx.clock) } : {};
      return store.updateUser(trx, id, { ...names, ...at });
    });
  const user = await orTaken(ctx, names, write, id);
  if (!user) throw userNotFound();
  return user;
}

/** Throws 400 if a name or address that would change is another's. */
export async function assertFree(ctx: Context, user: UserRow, change: UserUpdate): Promise<void> {
  await refuseTaken(ctx, changedNames(user, change), user.id);
}

/**
 * Deletes the account with posts, sessions, reset tokens and pictures. `first` runs within the same
 * transaction. Throws 404.
 */
export async function deleteUser(
  ctx: Context,
  id: number,
  first?: (trx: Transaction) => Promise<void>,
): Promise<void> {
  const doomed = await transact(ctx.db, async (trx) => {
    await first?.(trx);
    const keys = await doomPicturesOf(trx, id, micros(ctx.clock));
    await forgetReasons(trx, id);
    if (!(await store.deleteUser(trx, id))) throw userNotFound();
    return keys;
  });
  await collectDoomed(ctx, doomed);
}

type Names = Pick<UserRow, 'username' | 'username_key' | 'email' | 'email_key'>;

function namesOf(given: UserCreate): Names;
function namesOf(given: UserUpdate): Partial<Names>;
function namesOf({ username, email }: UserUpdate): Partial<Names> {
  return {
    ...(username != null && { username, username_key: nameKey(username) }),
    ...(email != null && { email: email.toLowerCase(), email_key: emailKey(email) }),
  };
}

/** The given names that differ from the stored ones. */
function changedNames(stored: UserRow, { username, email }: UserUpdate): Partial<Names> {
  return namesOf({
    ...(username !== stored.username && { username: username ?? null }),
    ...(email?.toLowerCase() !== stored.email && { email: email ?? null }),
  });
}

async function refuseTaken(ctx: Context, names: Partial<Names>, ownId?: number): Promise<void> {
  const { username, username_key, email, email_key } = names;
  if (
    username_key !== undefined &&
    (await store.isTaken(ctx.db, 'username_key', [username_key, exactKey(username ?? '')], ownId))
  )
    throw new HttpError(400, 'Username already exists', { field: 'username' });
  if (
    email_key !== undefined &&
    (await store.isTaken(ctx.db, 'email_key', [email_key, exactKey(email ?? '')], ownId))
  )
    throw new HttpError(400, 'Email already registered', { field: 'email' });
}

/**
 * Two requests at once may both pass refuseTaken; the second then violates the constraint and gets
 * the same error.
 */
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
