import type { FastifyInstance } from 'fastify';

/**
 * Paths that hold a token, which is as good as a password. Mailed tokens are in the query, but some people and programs
 * make a path of them.
 */
const TOKEN = /^\/+(owner|join|feeds|drafts\/+shared|reset-password|confirm-email)\/+[^/]+/i;

/** The path with its pattern in place of a token, for logs; however its letters are spelled. */
export function withoutToken(path: string): string {
  const spelled = decoded(path);
  return TOKEN.test(spelled) ? encodeURI(spelled.replace(TOKEN, '/$1/:token')) : path;
}

/** Without the encoding of letters; an encoded slash stays one. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Such a path, also where the login is to lead to it afterwards, which names it with the blog's own path. */
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
