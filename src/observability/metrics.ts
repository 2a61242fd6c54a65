import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '../errors.ts';
import type { ResponseCache } from '../http/cache/response-cache.ts';

/** Counts requests, and returns the text that Prometheus reads. */
export interface Metrics {
  contentType: string;
  text: () => Promise<string>;
  /** `seconds`: from the end of the request's head to the end of its answer. */
  observe: (request: { method: string; route: string; status: number }, seconds: number) => void;
  countUpload: (outcome: string) => void;
}

/** Outcomes of uploads by status; other statuses appear as their number. */
const OUTCOMES: Record<number, string> = {
  200: 'stored',
  303: 'stored',
  400: 'refused',
  401: 'not_allowed',
  403: 'not_allowed',
  429: 'too_many',
  503: 'unavailable',
};

/**
 * Counts every answer by the pattern of its route, never by its address, so that the number of
 * series is limited. Costs less than a microsecond a request.
 */
export function countRequests(app: FastifyInstance, metrics: Metrics, cache: ResponseCache): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = (request.is404 ? undefined : request.routeOptions.url) ?? 'none';
    const { statusCode: status, elapsedTime } = reply;
    metrics.observe({ method: request.method, route, status }, elapsedTime / 1000);
    if (request.routeOptions.config.body === 'file') metrics.countUpload(outcome(request, status));
    done();
  });
  cache.onHit(({ request: { method = '' }, route, status, elapsedTime, complete }) => {
    if (complete) metrics.observe({ method, route, status }, elapsedTime / 1000);
  });
}

/**
 * The outcome of an upload. A redirect of an anonymous visitor to the login has the same status as
 * a stored picture.
 */
function outcome({ viewer }: FastifyRequest, status: number): string {
  if (status === 303 && !viewer) return 'not_allowed';
  return OUTCOMES[status] ?? `status_${status}`;
}

/** `/metrics` for requests with the token. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics, token: string): void {
  app.get('/metrics', { schema: { hide: true } }, async (request, reply: FastifyReply) => {
    if (!mayRead(request.headers.authorization, token)) {
      throw new HttpError(401, 'Not authenticated', { headers: { 'www-authenticate': 'Bearer' } });
    }
    reply.header('cache-control', 'no-store').type(metrics.contentType);
    return reply.send(await metrics.text());
  });
}

/** Whether the header holds the token, compared in constant time. */
export function mayRead(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
