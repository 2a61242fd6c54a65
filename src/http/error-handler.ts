import { STATUS_CODES } from '../runtime/node-http.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError, ValidationError } from '../errors.ts';
import type { Html } from '../views/html.ts';
import { messageForPeople } from './pages/refusal.ts';
import { sendPage } from './pages/send-page.ts';
import { wantsJson } from './wants-json.ts';

/** Makes the page that shows an error. */
type ErrorPage = (request: FastifyRequest, status: number, detail: string) => Promise<Html>;

/** The only place where an error becomes an answer: JSON for programs, a page for people. */
export function registerErrors(app: FastifyInstance, page: ErrorPage): void {
  app.setErrorHandler(async (thrown: unknown, request, reply) => {
    const error = toHttpError(thrown);
    if (error.status === 503) request.log.warn({ reason: String(error.cause) }, error.message);
    else if (error.status >= 500) request.log.error({ err: thrown }, error.message);
    reply.code(error.status).headers(error.headers).header('cache-control', 'no-store');
    if (wantsJson(request)) return sendDetail(error, reply);
    return sendPage(request, reply, await page(request, error.status, messageForPeople(error)));
  });
}

/** Errors of Fastify and its plugins keep their 4xx; everything else is our fault, a 500. */
function toHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  const status = (thrown as Partial<FastifyError> | null)?.statusCode ?? 500;
  const known = status >= 400 && status < 500 ? status : 500;
  return new HttpError(known, STATUS_CODES[known] ?? 'Error', { cause: thrown });
}

function sendDetail(error: HttpError, reply: FastifyReply): FastifyReply {
  const detail = error instanceof ValidationError ? error.errors : error.message;
  reply.type('application/json');
  // A string, so that no response schema of the route is applied.
  return reply.send(JSON.stringify({ detail, ...error.extra }));
}
