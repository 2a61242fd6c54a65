import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { withoutDone } from '../http/pages/done-messages.ts';
import type { PageHook } from '../http/pages/route-options.ts';
import { wantsJson } from '../http/wants-json.ts';
import { href } from '../views/href.ts';
import type { SignedIn } from './policy.ts';
import { findSignedIn, keepAlive, unchangedUntil } from './session-cookie.ts';
import { readAccessToken, type AccessToken } from './tokens.ts';
import { findUser, lockUser, lockUserAlone } from './viewer.store.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once a hook of this file has found out. */
    viewer: SignedIn | null;
  }
}

/** The code of a login in `?done=<code>`. */
export const LOGIN = 'login';

/** A hook that requires a valid bearer token, the only credential below /api. */
export function requireBearer(ctx: Context): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const { user } = await bearerViewer(ctx, request.headers.authorization);
    request.viewer = user;
  };
}

/** A hook for public API routes: finds the viewer of a valid bearer token, and ignores an invalid one. */
export function findBearer(ctx: Context): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return;
    try {
      const { user, expiresAt } = await bearerViewer(ctx, authorization);
      request.viewer = user;
      request.goodUntil = expiresAt;
    } catch (error) {
      if (!(error instanceof HttpError && error.status === 401)) throw error;
    }
  };
}

/** A hook for pages that finds the signed-in viewer, if any; never for /api. */
export function findViewerOfPage(ctx: Context): PageHook {
  return async (request, reply) => {
    const found = await findSignedIn(ctx, request);
    request.viewer = found?.user ?? null;
    request.session = found?.session ?? null;
    if (!found) return;
    request.goodUntil = unchangedUntil(found.session);
    await keepAlive(ctx, request, reply, found.session);
  };
}

/** Finds the viewer of a page by the session, which this does not prolong. */
export async function findViewerOfSession(
  ctx: Context,
  request: FastifyRequest,
): Promise<SignedIn | null> {
  const found = await findSignedIn(ctx, request);
  if (!found) return null;
  request.viewer = found.user;
  request.goodUntil = found.session.expires_at / 1000;
  return found.user;
}

/** Finds the viewer of a file, which pages and programs show, by the session or else by a bearer token. */
export async function findViewerOfFile(
  ctx: Context,
  request: FastifyRequest,
): Promise<SignedIn | null> {
  if (request.viewer ?? (await findViewerOfSession(ctx, request))) return request.viewer;
  await findBearer(ctx)(request);
  return request.viewer;
}

/** A hook for pages that need a signed-in viewer: others log in first, and return afterwards. */
export function requireSignedIn(ctx: Context): PageHook {
  const find = findViewerOfPage(ctx);
  return async (request, reply) => {
    await find(request, reply);
    if (request.viewer) return undefined;
    if (wantsJson(request)) throw new HttpError(401, 'Please log in.');
    // The account page's forms have no pages of their own to return to.
    const next = request.url.startsWith('/account') ? '/account' : request.url;
    const back = encodeURIComponent(href(ctx.config, withoutDone(next)));
    const { done } = request.query as { done?: string };
    // Right after a login, the login page says that the browser did not keep the cookie.
    const told = done === LOGIN ? `&done=${LOGIN}` : '';
    return reply.redirect(href(ctx.config, `/login?next=${back}${told}`), 303);
  };
}

/** The current account; undefined if it is gone. */
export async function findAccount(ctx: Context, id: number): Promise<UserRow | undefined> {
  return findUser(ctx.db, id);
}

/**
 * The current account, whose role and state stay as they are until the transaction ends; undefined
 * if it is gone.
 */
export async function lockAccount(trx: Transaction, id: number): Promise<UserRow | undefined> {
  return lockUser(trx, id);
}

/**
 * The current account, for work that one transaction does at a time for each account, such as
 * counting before adding; undefined if it is gone. It does not change until the transaction ends.
 */
export async function lockAccountAlone(trx: Transaction, id: number): Promise<UserRow | undefined> {
  return lockUserAlone(trx, id);
}

/** The viewer, after a hook that requires one. */
export function viewerOf(request: FastifyRequest): UserRow {
  if (!request.viewer)
    throw new Error(`${request.routeOptions.url} has no hook that finds the viewer`);
  return request.viewer;
}

/** The browser session of a page's request, after a hook that requires one. */
export function sessionOf(request: FastifyRequest): SessionRow {
  if (!request.session) throw new Error(`${request.routeOptions.url} has no hook for sessions`);
  return request.session;
}

/** Throws 401 unless the token is valid and its account exists. */
async function bearerViewer(
  ctx: Context,
  header = '',
): Promise<{ user: UserRow; expiresAt: number }> {
  const [scheme = '', token = ''] = header.split(/ (.*)/s, 2);
  if (scheme.toLowerCase() !== 'bearer') throw unauthorized('Not authenticated');
  const { secretKey: secret } = ctx.config;
  const claims = await readAccessToken({ secret, token: token.trim(), now: ctx.clock() });
  const user = await findUser(ctx.db, claims.userId);
  if (!user) throw unauthorized('User not found');
  if (!isCurrent(claims, user)) throw unauthorized('Invalid or expired token');
  return { user, expiresAt: claims.expiresAt };
}

/**
 * No token of a suspended account is valid. Our tokens end when the password changes, by their
 * version; tokens of other programs have none, so the time they were issued decides.
 */
function isCurrent({ version, issuedAt }: AccessToken, user: UserRow): boolean {
  if (user.state === 'suspended') return false;
  if (version !== undefined) return version === user.token_version;
  if (issuedAt === undefined || user.password_changed_at === null) return true;
  return issuedAt >= Math.floor(user.password_changed_at / 1_000_000);
}

function unauthorized(detail: string): HttpError {
  return new HttpError(401, detail, { headers: { 'www-authenticate': 'Bearer' } });
}
