import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { StartError } from '../errors.ts';
import type { BelowPath } from '../views/href.ts';

declare module 'fastify' {
  interface FastifyInstance extends BelowPath {}
}

/**
 * Removes the base path from each request before anything else sees it. Requests without it stay
 * unchanged, because some proxies remove it themselves.
 */
export function withoutBasePath(basePath: string, next: RequestListener): RequestListener {
  if (basePath === '') return next;
  return (request, response) => {
    request.url = removeBasePath(basePath, request.url ?? '/');
    next(request, response);
  };
}

/** `/blog/login` becomes `/login`, also in the absolute form that proxies receive. */
export function removeBasePath(basePath: string, url: string): string {
  const start = /^https?:\/\/[^/?#]*/i.exec(url)?.[0].length ?? 0;
  if (!url.startsWith(basePath, start)) return url;
  const rest = url.slice(start + basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/**
 * Gives the server its `basePath`. Must be registered before the routes. Throws StartError if a
 * route begins with the same folder: a request could then mean either.
 */
export function registerBasePath(app: FastifyInstance, { basePath }: BelowPath): void {
  app.decorate('basePath', basePath);
  const [, folder = ''] = basePath.split('/');
  if (folder === '') return;
  app.addHook('onRoute', ({ url }) => {
    if (url.split('/')[1] !== folder) return;
    throw new StartError(`FRONTEND_URL: the blog itself has pages at /${folder}; use another path`);
  });
}
