import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** JSON that is the same for everyone: shared caches may keep it, if they ask each time. */
    sharedJson?: true;
  }
}

/** Options of such a route: the server itself keeps the answers, too. */
export const SHARED_JSON = { config: { sharedJson: true, kept: true } } as const;

/** Kept by shared caches, which ask each time whether it still holds. */
export const ASK_EACH_TIME = 'public, max-age=0, must-revalidate';

/** A weak ETag of a text, since the same text may be sent packed or not. */
export function weakTag(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether If-None-Match names this ETag; weakly, as RFC 9110 wants it there. */
export function namesTag(ifNoneMatch: string, tag: string): boolean {
  return ifNoneMatch === '*' || ifNoneMatch.includes(tag.replace(/^W\//, ''));
}

/**
 * Gives the answers of routes with `sharedJson` their ETag. Who sent a token gets the same text, but what is
 * answered to them is theirs alone, like all else that a token gets.
 */
export function registerSharedJson(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.config.sharedJson !== true || reply.statusCode !== 200) return;
    reply.header('vary', 'Authorization');
    if (request.headers.authorization !== undefined || typeof payload !== 'string') return;
    reply.headers({ etag: weakTag(payload), 'cache-control': ASK_EACH_TIME });
  });
}

/** Answers 304 to who has the answer already, by its ETag. To be registered after all that may set one. */
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

/** Headers that a 304 goes without. */
export const DESCRIBE_A_BODY = ['content-type', 'content-length', 'content-encoding'];
