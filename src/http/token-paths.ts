import type { FastifyInstance } from 'fastify';

/**
 * Paths that hold a token, which is as good as a password. Mailed tokens are in the query, but some
 * people and programs turn them into a path.
 */
const TOKEN = /^\/+(owner|join|feeds|drafts\/+shared|reset-password|confirm-email)\/+[^/]+/i;

/** The path for logs, with a placeholder for the token, even if letters of the path are percent-encoded. */
export function withoutToken(path: string): string {
  const spelled = decoded(path);
  return TOKEN.test(spelled) ? encodeURI(spelled.replace(TOKEN, '/$1/:token')) : path;
}

/** The path with percent-encoded letters decoded; an encoded slash stays encoded. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Whether the address holds a token, also in the `next` of a login, which includes the base path. */
function holdsToken(url: string): boolean {
  const [path = '', query = ''] = url.split(/\?(.*)/s, 2);
  if (TOKEN.test(decoded(path))) return true;
  if (!query.includes('next=')) return false;
  return /\/(?:owner|join|feeds|shared)\//i.test(new URLSearchParams(query).get('next') ?? '');
}

/**
 * Keeps answers at such addresses out of caches and search engines, and the address out of the
 * requests of other pages. Must be registered after the security headers, one of which it replaces.
 */
export function registerTokenPaths(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ url }, reply) => {
    if (!holdsToken(url)) return;
    reply.headers({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
  });
}
