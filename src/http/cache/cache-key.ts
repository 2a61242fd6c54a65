import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isValidHead } from '../connection/head-validation.ts';

/** Every name of the session cookie ends with this; a prefix restricts its use. */
export const SESSION_COOKIE = 'session';

/**
 * What identifies the reader: a bearer token, the session cookie, or nothing if everybody gets the
 * same response.
 */
export type Identification = 'token' | 'session' | 'none';

export interface CacheKey {
  text: string;
  identification: Identification;
  /** Whether the request has no token, or no session cookie, and so gets the public response. */
  anonymous: boolean;
}

/** Undefined when the request is not cacheable: not a GET, has a body, asks for a range, or is malformed. */
export function cacheKeyOf(request: IncomingMessage): CacheKey | undefined {
  const { method, url, headers } = request;
  if (method !== 'GET' || url === undefined || headers.range !== undefined) return undefined;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    return undefined;
  }
  if (!isValidHead(request)) return undefined;
  const identification = identificationFor(url);
  const credential = credentialOf(headers, identification);
  const anonymous = credential === undefined;
  // No header holds a line end, so no two requests share a key by accident.
  const text = `${url}\n${headers['accept-encoding'] ?? ''}\n${anonymous ? '' : `=${credential}`}`;
  return { text, identification, anonymous };
}

/** By the address, because no route is known yet; a response is stored only if its route says the same. */
function identificationFor(url: string): Identification {
  if (url.startsWith('/media/')) return 'none';
  return url.startsWith('/api/') ? 'token' : 'session';
}

/** The whole header as it was sent, so that two ways to parse it cannot differ. */
function credentialOf(headers: IncomingHttpHeaders, by: Identification): string | undefined {
  if (by === 'token') return headers.authorization;
  return by === 'session' && mayHoldSession(headers) ? headers.cookie : undefined;
}

/** False for a browser without cookies, or with only those of other programs. */
export function mayHoldSession({ cookie }: IncomingHttpHeaders): boolean {
  return cookie?.includes(SESSION_COOKIE) === true;
}
