import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Limits for reading the rest of a body after its request was answered: bytes, and milliseconds. */
const DISCARD_MAX = 24 * 1024 * 1024;
const DISCARD_MS = 5_000;

/**
 * A request may be answered before its body was read: an early 401 or 403, a file above the limit.
 * Such an answer says `Connection: close`, so that no request follows on a connection that may be
 * cut. The connection is only half closed then: the rest of the body is read and thrown away, up to
 * a limit, because the system answers unread bytes with a reset, which can overtake the answer.
 */
export function registerBodyDraining(app: FastifyInstance): void {
  app.addHook('onSend', async ({ raw }, reply) => {
    const announced = raw.headers['transfer-encoding'] ?? raw.headers['content-length'] ?? '0';
    if (announced === '0' || raw.complete) return;
    reply.header('connection', 'close');
    drainBody(raw, reply.raw);
  });
}

function drainBody(raw: IncomingMessage, response: ServerResponse): void {
  const { socket } = raw;
  let read = 0;
  const cut = () => {
    if (response.writableFinished) socket.destroy();
    else response.once('finish', () => socket.destroy());
  };
  const timer = setTimeout(cut, DISCARD_MS).unref();
  // Node calls this once the answer is sent, and would destroy the socket here.
  socket.destroySoon = () => socket.end();
  raw.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > DISCARD_MAX) cut();
  });
  raw.once('end', () => {
    Reflect.deleteProperty(socket, 'destroySoon');
    if (response.writableFinished) socket.destroySoon();
  });
  raw.once('close', () => clearTimeout(timer));
  // A sender may disconnect meanwhile, which is not an error.
  raw.on('error', () => {});
  raw.resume();
}
