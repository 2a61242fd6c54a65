import type { FastifyInstance } from 'fastify';

/**
 * One line a request. The path goes without its query, which may hold a reset token; headers, and
 * with them tokens and cookies, are not logged at all.
 */
export function registerRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip } = request;
    const path = request.url.split('?', 1)[0];
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ method, path, status: reply.statusCode, ms, ip }, 'request');
  });
  app.addHook('onRequestAbort', async ({ log, method, url }) => {
    log.info({ method, path: url.split('?', 1)[0] }, 'request aborted');
  });
}
