import type { IncomingMessage, ServerResponse } from 'node:http';
import { DESCRIBE_A_BODY, namesTag } from './etag.ts';

/** By name in lower case. */
type Headers = Record<string, string | number | string[] | undefined>;

/** A string has one character for each byte (latin1). */
export type Body = string | Buffer;

/** A 200 as it was sent, ready to be sent again. */
export interface CachedResponse {
  body: Body;
  /** names and values in turn */
  head: string[];
  headNotModified: string[];
  tag: string | undefined;
  /** versions of the data it was made of, as by `versionFor` */
  version: string;
  /** when it becomes outdated without a change; milliseconds since 1970 */
  goodUntil: number;
  /** the viewer and the state of their own data that it shows; undefined if it shows none */
  own?: { userId: number; state: string };
  /** the route's pattern */
  route: string;
}

/**
 * Up to this many bytes a body is stored as text, one character for each byte: Node then sends it
 * together with the head, which saves a tenth of the time. A larger body is faster as a buffer.
 */
const TEXT_MAX = 2048;

/** `headers` and `payload` as sent with a 200. */
export function toCached(
  headers: Headers,
  payload: string | Buffer,
  about: Pick<CachedResponse, 'version' | 'goodUntil' | 'route' | 'own'>,
): CachedResponse {
  const bytes = Buffer.from(payload);
  const all = { ...headers, 'content-length': String(bytes.length) };
  return {
    body: bytes.length > TEXT_MAX ? bytes : bytes.toString('latin1'),
    head: flat(all),
    headNotModified: flat(all, DESCRIBE_A_BODY),
    tag: headers['etag']?.toString(),
    ...about,
  };
}

/** Sends it, or a 304 to a client that has it; returns the status. */
export function sendCached(
  cached: CachedResponse,
  { headers }: IncomingMessage,
  response: ServerResponse,
): number {
  const had = headers['if-none-match'];
  if (had !== undefined && cached.tag !== undefined && namesTag(had, cached.tag)) {
    response.writeHead(304, cached.headNotModified).end();
    return 304;
  }
  response.writeHead(200, cached.head).end(cached.body, 'latin1');
  return 200;
}

function flat(headers: Headers, without: string[] = []): string[] {
  return Object.entries(headers)
    .filter(([name]) => !without.includes(name))
    .flatMap(([name, value]) => [name, String(value)]);
}
