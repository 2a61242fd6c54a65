import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import { HttpError, Unavailable } from '../errors.ts';
import { SESSION_COOKIE } from '../http/cache/cache-key.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import * as store from './sessions.store.ts';
import { hashSecretToken, newSecretToken } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The browser session that identified the viewer, if any. */
    session: SessionRow | null;
  }
}

/** Seconds after its last use at which a session ends. */
const LIFE_SECONDS = 30 * 24 * 60 * 60;
/** How far `last_seen_at` may lag behind, so that reading pages does not write; microseconds. */
const TOUCH_AFTER = 60 * 60 * 1_000_000;
/** Enough of a User-Agent to tell browser and system. */
const USER_AGENT_MAX = 300;

/**
 * Over https the name itself prevents plain http from setting the cookie, and `__Host-` also
 * subdomains. `__Host-` covers a whole host, so below a path it would be shared with the other
 * blogs there.
 */
function cookieName(ctx: Context): string {
  if (!isHttps(ctx)) return SESSION_COOKIE;
  return `${ctx.config.basePath === '' ? '__Host-' : '__Secure-'}${SESSION_COOKIE}`;
}

function cookieOptions(ctx: Context): CookieSerializeOptions {
  return {
    path: ctx.config.basePath || '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(ctx),
  };
}

function isHttps(ctx: Context): boolean {
  return ctx.config.FRONTEND_URL.startsWith('https:');
}

/**
 * Starts a new session for `user` as it was when the password was verified, and ends the browser's
 * previous session. Throws 401 if the password has changed meanwhile, or the account is suspended or gone.
 */
export async function signIn(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  user: UserRow,
): Promise<void> {
  const old = await findSignedIn(ctx, request);
  if (old) await store.deleteSession(ctx.db, old.user.id, old.session.token_hash);
  const { token, hash } = newSecretToken();
  const now = micros(ctx.clock);
  const session = {
    token_hash: hash,
    user_id: user.id,
    created_at: now,
    last_seen_at: now,
    expires_at: now + LIFE_SECONDS * 1_000_000,
    user_agent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX),
  };
  if (!(await store.insertSession(ctx.db, session, user.token_version))) {
    throw new HttpError(401, 'Incorrect email or password');
  }
  setCookie(ctx, reply, token);
}

/** Ends the session, here and in the browser. */
export async function signOut(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const current = await findSignedIn(ctx, request);
  if (current) await store.deleteSession(ctx.db, current.user.id, current.session.token_hash);
  reply.clearCookie(cookieName(ctx), cookieOptions(ctx));
}

/** The session that the browser's cookie names, with its user, if any. */
export async function findSignedIn(
  ctx: Context,
  request: FastifyRequest,
): Promise<{ session: SessionRow; user: UserRow } | undefined> {
  const token = request.cookies[cookieName(ctx)];
  if (token === undefined || token === '') return undefined;
  return store.findSession(ctx.db, hashSecretToken(token), micros(ctx.clock));
}

/** Records a use of the session, which prolongs it; written at most once an hour. */
export async function keepAlive(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  session: SessionRow,
): Promise<void> {
  const now = micros(ctx.clock);
  if (now - session.last_seen_at < TOUCH_AFTER) return;
  const expires = now + LIFE_SECONDS * 1_000_000;
  const times = { last_seen_at: now, expires_at: expires };
  try {
    await store.touchSession(ctx.db, session.token_hash, times);
  } catch (error) {
    // Pages can be read while the database cannot be written; the session is prolonged later.
    if (!(error instanceof Unavailable)) throw error;
    request.log.warn({ reason: String(error.cause) }, 'could not prolong a session');
    return;
  }
  setCookie(ctx, reply, request.cookies[cookieName(ctx)] ?? '');
}

/** When the session ends, or its next use must be written; milliseconds since 1970. */
export function unchangedUntil({ last_seen_at, expires_at }: SessionRow): number {
  return Math.min(expires_at, last_seen_at + TOUCH_AFTER) / 1000;
}

function setCookie(ctx: Context, reply: FastifyReply, token: string): void {
  reply.setCookie(cookieName(ctx), token, { ...cookieOptions(ctx), maxAge: LIFE_SECONDS });
}
