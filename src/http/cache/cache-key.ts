import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isValidHead } from '../connection/head-validation.ts';

/** Every name of the session cookie ends with this; a prefix restricts its use. */
export const SESSION_COOKIE = 'session';

/** What identifies the reader: a bearer token, the session cookie, or either of them for a file of the media store. */
export type Identification = 'token' | 'session' | 'either';

export interface CacheKey {
  text: string;
  /** Whether it is the key of the public response. */
  anonymous: boolean;
}

export interface CacheKeys {
  identification: Identification;
  /** The keys under which the response may be, the public one first. */
  keys: CacheKey[];
  /** The address of a file, whose bytes are the same for everybody who may fetch it. */
  file?: string | undefined;
}

/** Undefined when the request is not cacheable: not a GET, has a body, asks for a range, or is malformed. */
export function cacheKeysOf(request: IncomingMessage): CacheKeys | undefined {
  const { method, url, headers } = request;
  if (method !== 'GET' || url === undefined || headers.range !== undefined) return undefined;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    return undefined;
  }
  if (!isValidHead(request)) return undefined;
  const identification = identificationFor(url);
  const credential = credentialOf(headers, identification);
  // No header holds a line end, so no two requests share a key by accident.
  const text = `${url}\n${headers['accept-encoding'] ?? ''}\n`;
  const open = { text, anonymous: true };
  const own = credential === undefined ? [] : [{ text: `${text}=${credential}`, anonymous: false }];
  if (identification !== 'either') return { identification, keys: own.length > 0 ? own : [open] };
  // The public key first, because most files are public, whoever asks.
  return { identification, keys: [open, ...own], file: url.split('?', 1)[0] };
}

/**
 * Decided by the address, because the route is not known yet. A response is stored only if its
 * route declares the same.
 */
function identificationFor(url: string): Identification {
  if (url.startsWith('/media/')) return 'either';
  return url.startsWith('/api/') ? 'token' : 'session';
}

/** The whole headers as they were sent, so that two ways to parse them cannot differ. */
function credentialOf(headers: IncomingHttpHeaders, by: Identification): string | undefined {
  const { authorization } = headers;
  if (by === 'token') return authorization;
  const cookie = mayHoldSession(headers) ? headers.cookie : undefined;
  if (by === 'session' || authorization === undefined) return cookie;
  return `${cookie ?? ''}\n${authorization}`;
}

/** False for a browser without cookies, or with only those of other programs. */
export function mayHoldSession({ cookie }: IncomingHttpHeaders): boolean {
  return cookie?.includes(SESSION_COOKIE) === true;
}
