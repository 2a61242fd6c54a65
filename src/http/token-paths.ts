import type { FastifyInstance } from 'fastify';

/** Paths that hold a token, which is as good as a password. */
const TOKEN = /^(\/(?:owner|join|feeds|drafts\/shared)\/)[^/?]+/;

/** The path with its pattern in place of a token, for logs. */
export function withoutToken(path: string): string {
  return path.replace(TOKEN, '$1:token');
}

/**
 * Keeps answers below such paths out of caches and search engines, and their address out of the
 * requests of other pages. Must be registered after the security headers, one of which it replaces.
 */
export function registerTokenPaths(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ url }, reply) => {
    if (!TOKEN.test(url)) return;
    reply.headers({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
  });
}
