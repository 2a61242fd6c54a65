import { createHash, randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { HttpError } from '../errors.ts';

/** The claims of a valid access token; whether it is still current depends on the user's row. */
export interface AccessToken {
  userId: number;
  /** `ver`; tokens made by other programs with the same secret have none. */
  version: number | undefined;
  /** `iat` in seconds since 1970, perhaps with a fraction. */
  issuedAt: number | undefined;
  /** `exp`; milliseconds since 1970. */
  expiresAt: number;
}

/** With any other algorithm, `none` above all, the token would choose how it is checked. */
const ALGORITHM = 'HS256';

/** Tokens remembered; about a hundred bytes each. */
const VERIFIED_MAX = 2_000;

/** Loaded with the first token. */
const jose = () => import('jose');

/** jose answers non-ASCII with a TypeError and ignores spaces in the signature. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** A signed JWT that expires `minutes` after `now` (milliseconds since 1970). */
export async function issueAccessToken(grant: {
  secret: Uint8Array;
  userId: number;
  tokenVersion: number;
  minutes: number;
  now: number;
}): Promise<string> {
  const issuedAt = Math.floor(grant.now / 1000);
  const { SignJWT } = await jose();
  return new SignJWT({ ver: grant.tokenVersion })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(String(grant.userId))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + grant.minutes * 60)
    .sign(grant.secret);
}

/**
 * Checks signature, expiry (`now` in milliseconds since 1970) and claims. Throws HttpError 401
 * `Invalid or expired token` for every fault.
 */
export async function readAccessToken(request: {
  secret: Uint8Array;
  token: string;
  now: number;
}): Promise<AccessToken> {
  const claims = await verifiedClaims(request);
  const userId = userIdOf(claims);
  if (userId === undefined) throw invalidToken();
  if (claims.ver !== undefined && !Number.isSafeInteger(claims.ver)) throw invalidToken();
  return {
    userId,
    version: claims.ver as number | undefined,
    issuedAt: claims.iat,
    expiresAt: (claims.exp ?? 0) * 1000,
  };
}

async function verifiedClaims(request: {
  secret: Uint8Array;
  token: string;
  now: number;
}): Promise<JWTPayload> {
  const { secret, token, now } = request;
  const known = verifiedBy(secret);
  const claims = known.get(token);
  if (claims && isTime(claims, now)) return claims;
  if (!COMPACT.test(token) || !endsCanonically(token)) throw invalidToken();
  const { jwtVerify, errors } = await jose();
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(now),
    });
    known.set(token, payload);
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw invalidToken(error);
    throw error;
  }
}

/**
 * Claims of tokens whose signature was verified with this secret. jose verifies in the thread pool
 * and needs two turns of the event loop, which is slow beside many readers; see
 * docs/measurements/writes-and-logins.md.
 */
function verifiedBy(secret: Uint8Array): LRUCache<string, JWTPayload> {
  let tokens = verified.get(secret);
  if (!tokens) verified.set(secret, (tokens = new LRUCache({ max: VERIFIED_MAX })));
  return tokens;
}
const verified = new WeakMap<Uint8Array, LRUCache<string, JWTPayload>>();

/** The same check as jose's, which has verified that these are numbers. */
function isTime({ exp = 0, nbf = 0 }: JWTPayload, now: number): boolean {
  const seconds = Math.floor(now / 1000);
  return nbf <= seconds && seconds < exp;
}

/**
 * Base64url leaves bits of the last letter unused, so that four texts would be the same signature
 * (RFC 7515).
 */
function endsCanonically(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** jose does not check the type of `sub`: a number passes. */
function userIdOf({ sub }: { sub?: unknown }): number | undefined {
  if (typeof sub !== 'string' || !/^\d+$/.test(sub)) return undefined;
  const id = Number(sub);
  return Number.isSafeInteger(id) ? id : undefined;
}

function invalidToken(cause?: unknown): HttpError {
  return new HttpError(401, 'Invalid or expired token', {
    headers: { 'www-authenticate': 'Bearer' },
    cause,
  });
}

/** For sessions and links: random bits for the user, 256 unless `bytes` says otherwise, and their hash to store. */
export function newSecretToken(bytes = 32): { token: string; hash: string } {
  const token = randomBytes(bytes).toString('base64url');
  return { token, hash: hashSecretToken(token) };
}

/** SHA-256 in hexadecimal; no salt and no cost, because 128 random bits or more cannot be guessed. */
export function hashSecretToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
