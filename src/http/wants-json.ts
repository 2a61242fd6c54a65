import type { FastifyRequest } from 'fastify';

/** Programs use /api and two documents; a page's scripts ask for JSON in `Accept`. */
export function wantsJson(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  if (/^\/(?:api(?:\/|$)|health(?:\/|$)|metrics$|openapi\.json$)/.test(path)) return true;
  return request.method === 'POST' && request.headers.accept === 'application/json';
}
