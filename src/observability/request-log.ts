import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { clientAddress, type Trust } from '../http/connection/client-address.ts';
import { withoutToken } from '../http/token-paths.ts';
import type { ResponseCache } from '../http/cache/response-cache.ts';

/**
 * One line for each request. The path is logged without its query, which may hold a reset token, and
 * without the token of a link; headers, and with them tokens and cookies, are not logged.
 */
export function registerRequestLog(
  app: FastifyInstance,
  { log, cache, trust }: { log: Logger; cache: ResponseCache; trust: Trust | false },
): void {
  if (!log.isLevelEnabled('info')) return;
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, ip } = request;
    const { statusCode: status, elapsedTime } = reply;
    request.log.info(line({ method, url, status, elapsedTime, ip }), 'request');
  });
  app.addHook('onRequestAbort', async ({ log: own, method, url }) => {
    own.info({ method, path: pathOf(url) }, 'request aborted');
  });
  cache.onHit(({ request, status, elapsedTime, complete }) => {
    const { method = '', url = '' } = request;
    const ip = clientAddress(request, trust);
    if (complete) log.info(line({ method, url, status, elapsedTime, ip }), 'request');
    else log.info({ method, path: pathOf(url) }, 'request aborted');
  });
}

interface Answered {
  method: string;
  url: string;
  status: number;
  /** milliseconds */
  elapsedTime: number;
  ip: string | undefined;
}

function line({ method, url, status, elapsedTime, ip }: Answered) {
  return { method, path: pathOf(url), status, ms: Math.round(elapsedTime * 10) / 10, ip };
}

const pathOf = (url: string) => withoutToken(url.split('?', 1)[0] ?? '');
