import { createHmac } from 'node:crypto';

/** A hand-made JWT, so that no library of ours decides what a token is. Times are in seconds. */
export function signToken(
  secret: string,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = { alg: 'HS256', typ: 'JWT' },
): string {
  const text = [header, claims].map((part) => encode(JSON.stringify(part))).join('.');
  const hash = { HS384: 'sha384', HS512: 'sha512' }[String(header['alg'])] ?? 'sha256';
  const signature =
    header['alg'] === 'none' ? '' : createHmac(hash, secret).update(text).digest('base64url');
  return `${text}.${signature}`;
}

/** The claims of a token, without checking its signature. */
export function claimsOf(token: string): Record<string, unknown> {
  const [, claims = ''] = token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

/** The header of a token. */
export function headerOf(token: string): Record<string, unknown> {
  const [header = ''] = token.split('.');
  return JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
}

/** The time in whole seconds, as in tokens. */
export const nowSeconds = () => Math.floor(Date.now() / 1000);

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
