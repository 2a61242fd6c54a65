import { finished } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Unavailable } from '../../errors.ts';

/**
 * Bytes of large answers that this process holds at once. A client that reads nothing is cut after 20 to 40 s; until then
 * a few hundred of them would make it hold gigabytes of long posts.
 */
const HELD_MAX = 384 * 1024 * 1024;
/** Bytes above which an answer is large; shorter ones are mostly shared, by the response cache. */
const LARGE = 512 * 1024;

/**
 * Answers 503 instead of a large answer to GET while too many others have not been read. If it is the only one, it is
 * sent. So is the answer to a write, which has happened by then. Register it before what adds headers to the finished
 * answer.
 */
export function registerAnswerBudget(app: FastifyInstance): void {
  let held = 0;
  app.addHook('onSend', async (request, reply, payload) => {
    const bytes = lengthOf(payload);
    if (bytes <= LARGE) return;
    if (request.method === 'GET' && held > 0 && held + bytes > HELD_MAX) {
      reply.removeHeader('etag');
      throw new Unavailable('Too many large answers at once. Please try again in a moment.', {
        cause: 'clients do not read them',
      });
    }
    held += bytes;
    // Also called for a client that has gone already.
    finished(reply.raw, () => (held -= bytes));
  });
}

/** Bytes, at least; 0 for a stream, which holds little. */
function lengthOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
