import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import parseRange from 'range-parser';
import { HttpError, Unavailable } from '../../errors.ts';
import { FOREVER, KEY, type MediaStore, mediaType } from '../../media/media-store.ts';
import { namesTag } from '../cache/etag.ts';
import { MEDIA_CSP } from '../security-headers.ts';

/** The permission to send a file. */
export interface MediaGrant {
  /** Who may keep it, and for how long. */
  headers: { 'cache-control': string; vary?: string; 'cross-origin-resource-policy'?: string };
  /**
   * Whether the response cache may keep the answer, until the content or who may see it changes:
   * for the request's viewer, or for everybody if `access` has not set one.
   */
  cached: boolean;
}

/** Whether the sender of a request may fetch this file; undefined if not. */
export type MediaAccess = (request: FastifyRequest, key: string) => Promise<MediaGrant | undefined>;

/** Everybody may have it, and a key's bytes never change. */
export const FOREVER_TO_ALL: MediaGrant = { headers: { 'cache-control': FOREVER }, cached: true };

/**
 * `/media/<key>`: pictures as our worker made them, for those whom `access` lets. A key's bytes never
 * change, so the key is the ETag.
 */
export function registerMedia(app: FastifyInstance, media: MediaStore, access: MediaAccess): void {
  const options = { schema: { hide: true }, config: { cached: 'either' } } as const;
  app.get('/media/*', options, async (request, reply) => {
    const key = (request.params as { '*': string })['*'];
    const grant = KEY.test(key) ? await access(request, key) : undefined;
    const bytes = grant ? await read(media, key, whileWanted(reply)) : null;
    if (!grant || bytes === null) throw new HttpError(404, 'Not Found');
    if (!grant.cached) request.cacheEntry = null;
    reply.headers({
      'content-security-policy': MEDIA_CSP,
      'accept-ranges': 'bytes',
      // A page of the same blog may be served from another host than its media.
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${key}"`,
      ...grant.headers,
    });
    reply.type(mediaType(key));
    return sendRange(request, reply, bytes);
  });
}

/** Aborted once the answer is over, also because the client has gone. */
function whileWanted(reply: FastifyReply): AbortSignal {
  const over = new AbortController();
  reply.raw.once('close', () => over.abort());
  return over.signal;
}

/**
 * Reads the whole object before the first byte is sent, so that an object cut short in the store is
 * a 503 and not a broken picture. A missing folder, a failing disk or an unreachable bucket is our
 * fault, and may recover.
 */
async function read(media: MediaStore, key: string, signal: AbortSignal): Promise<Buffer | null> {
  try {
    return await media.read(key, signal);
  } catch (cause) {
    throw cause instanceof Unavailable ? cause : new Unavailable('Media unavailable', { cause });
  }
}

/** Sends the whole, or the single requested range; a request for several ranges gets the whole. */
function sendRange(request: FastifyRequest, reply: FastifyReply, bytes: Buffer): FastifyReply {
  const { range, 'if-range': ifRange, 'if-none-match': had } = request.headers;
  const tag = String(reply.getHeader('etag'));
  // A client that already has the file gets a 304 (RFC 9110, 13.2.2), whatever range it asked for.
  const has = had !== undefined && namesTag(had, tag);
  if (range === undefined || has || (ifRange !== undefined && ifRange !== tag)) {
    return reply.send(bytes);
  }
  const ranges = parseRange(bytes.length, range, { combine: true });
  if (ranges === -1) {
    reply.header('content-range', `bytes */${bytes.length}`);
    throw new HttpError(416, 'Range Not Satisfiable');
  }
  const [part] = ranges === -2 || ranges.type !== 'bytes' || ranges.length > 1 ? [] : ranges;
  if (part === undefined) return reply.send(bytes);
  return reply
    .code(206)
    .header('content-range', `bytes ${part.start}-${part.end}/${bytes.length}`)
    .send(bytes.subarray(part.start, part.end + 1));
}
