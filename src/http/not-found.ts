import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { HttpError } from '../errors.ts';
import { href } from '../views/href.ts';

/**
 * Answers requests that match no route: 307 to the path without its trailing slash, 405 with the
 * methods the path does accept, or 404. Must be registered before the routes, which it collects.
 */
export function registerNotFound(app: FastifyInstance): void {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: toPattern(url), methods: new Set() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  // The router matches `/posts/` with `/posts/:id` and an empty id.
  app.addHook('onRequest', (request, reply, done) => {
    const empty = !request.is404 && Object.values(request.params as object).includes('');
    if (empty) reply.callNotFound();
    else done();
  });
  const methodsOf = (path: string) => {
    const matching = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return new Set(matching.flatMap(({ methods }) => [...methods]));
  };
  app.setNotFoundHandler(async ({ url, method }, reply) => {
    const [path = '', query] = url.split(/\?(.*)/s, 2);
    const methods = methodsOf(path);
    if (methods.size > 0 && !methods.has(method)) {
      const allow = [...methods].toSorted().join(', ');
      throw new HttpError(405, 'Method Not Allowed', { headers: { allow } });
    }
    // `//host/` would be the address of another site.
    const bare = /^\/(?![/\\]).*(?=\/$)/s.exec(path)?.[0];
    if (bare === undefined || methodsOf(bare).size === 0) throw new HttpError(404, 'Not Found');
    const found = href(app, bare);
    return reply.redirect(query === undefined ? found : `${found}?${query}`, 307);
  });
}

/** `/posts/:id` and `/media/*` as regular expressions. */
function toPattern(url: string): RegExp {
  const source = url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*');
  return new RegExp(`^${source}$`);
}

/**
 * Makes a path decodable as lenient servers do: a stray percent sign stands for itself, bytes that
 * are not UTF-8 for U+FFFD. Otherwise the router would refuse it with an answer of its own, before
 * any hook has set a header.
 */
export function decodablePath(raw: IncomingMessage): string {
  // As proxies receive it; RFC 9112 requires every server to accept it.
  const url = (raw.url ?? '/').replace(/^https?:\/\/[^/?#]*\/?/i, '/');
  if (!url.includes('%')) return url;
  const [path = '', query] = url.split(/\?(.*)/s, 2);
  const escaped = path.replace(/%(?![\da-f]{2})/gi, '%25');
  const decodable = decodes(escaped) ? escaped : escaped.replace(/%[89a-f][\da-f]/gi, '%EF%BF%BD');
  return query === undefined ? decodable : `${decodable}?${query}`;
}

function decodes(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
