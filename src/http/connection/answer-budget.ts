import { finished } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Unavailable } from '../../errors.ts';

/**
 * Bytes of large answers that this process holds at once. A client that reads nothing is cut after
 * 20 to 40 s. Without this limit, a few hundred such clients could make the process hold gigabytes
 * of long posts.
 */
const HELD_MAX = 384 * 1024 * 1024;
/** Bytes of large answers for one client, so that a client that reads nothing leaves room for others. */
const EACH_MAX = HELD_MAX / 4;
/** Bytes above which an answer is large; shorter ones are mostly shared, by the response cache. */
const LARGE = 512 * 1024;

/**
 * Replaces a large answer to a GET with a 503 while too many bytes of large answers are unread, by
 * this client or by all. The only large answer is always sent, and so is the answer to a write,
 * because the write has already happened. Register it before what adds headers to the finished
 * answer. `clientOf`: the same for all requests of one client.
 */
export function registerAnswerBudget(
  app: FastifyInstance,
  clientOf: (request: FastifyRequest) => string,
): void {
  let held = 0;
  const heldBy = new Map<string, number>();
  app.addHook('onSend', async (request, reply, payload) => {
    const bytes = lengthOf(payload);
    if (bytes <= LARGE) return;
    const client = clientOf(request);
    const own = heldBy.get(client) ?? 0;
    const tooMuch = (held > 0 && held + bytes > HELD_MAX) || (own > 0 && own + bytes > EACH_MAX);
    if (request.method === 'GET' && tooMuch) {
      reply.removeHeader('etag');
      throw new Unavailable('Too many large answers at once. Please try again in a moment.', {
        cause: 'clients do not read them',
      });
    }
    held += bytes;
    heldBy.set(client, own + bytes);
    // At once if the client has gone already.
    finished(reply.raw, () => {
      held -= bytes;
      const rest = (heldBy.get(client) ?? 0) - bytes;
      if (rest > 0) heldBy.set(client, rest);
      else heldBy.delete(client);
    });
  });
}

/** The size of a payload in bytes, at least; 0 for a stream, which holds little memory. */
function lengthOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
}
