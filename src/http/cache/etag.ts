import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** JSON that is the same for everyone: shared caches may store it, if they ask each time. */
    sharedJson?: true;
  }
}

/** Options of such a route: the server itself caches the answers too. */
export const SHARED_JSON = { config: { sharedJson: true, cached: 'token' } } as const;

/** Stored by shared caches, which ask each time whether it is current. */
export const ASK_EACH_TIME = 'public, max-age=0, must-revalidate';

/** A weak ETag of a text, because the same text may be sent compressed or not. */
export function weakTag(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether If-None-Match names this ETag, by weak comparison (RFC 9110). */
export function namesTag(ifNoneMatch: string, tag: string): boolean {
  return ifNoneMatch === '*' || ifNoneMatch.includes(tag.replace(/^W\//, ''));
}

/**
 * Adds an ETag to the answers of routes with `sharedJson`. A request with a token gets the same
 * text, but its answer stays private like every answer to a token.
 */
export function registerSharedJson(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.config.sharedJson !== true || reply.statusCode !== 200) return;
    reply.header('vary', 'Authorization');
    if (request.headers.authorization !== undefined || typeof payload !== 'string') return;
    reply.headers({ etag: weakTag(payload), 'cache-control': ASK_EACH_TIME });
  });
}

/**
 * Answers 304 to clients that have the answer, by its ETag. Register it after everything that may
 * set one.
 */
export function registerNotModified(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { 'if-none-match': had } = request.headers;
    const tag = reply.getHeader('etag');
    if (had === undefined || typeof tag !== 'string' || reply.statusCode !== 200) return payload;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const whole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!reads || !whole || !namesTag(had, tag)) return payload;
    reply.code(304);
    for (const name of DESCRIBE_A_BODY) reply.removeHeader(name);
    // Fastify's route for HEAD looks at what it is given.
    return request.method === 'HEAD' ? '' : null;
  });
}

/** Headers that a 304 does not have. */
export const DESCRIBE_A_BODY = ['content-type', 'content-length', 'content-encoding'];
