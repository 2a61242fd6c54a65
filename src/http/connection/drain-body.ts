import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How much of a body is still read after its request was answered: bytes, and milliseconds. */
const DISCARD_MAX = 16 * 1024 * 1024;
const DISCARD_MS = 5_000;

/**
 * A request may be answered before its body was read: an early 401 or 403, a file above the limit.
 * Cut off at once, the sender would see a broken pipe and no answer; left alone, Node would read
 * all of it. So some more is read and thrown away, then the connection is cut.
 */
export function registerUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', async ({ raw }) => {
    const announced = raw.headers['transfer-encoding'] ?? raw.headers['content-length'] ?? '0';
    if (announced !== '0' && !raw.complete) drainBody(raw);
  });
}

function drainBody(raw: IncomingMessage): void {
  let read = 0;
  const cut = () => raw.socket.destroy();
  const timer = setTimeout(cut, DISCARD_MS).unref();
  raw.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > DISCARD_MAX) cut();
  });
  raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  // A sender that disconnects meanwhile is no error.
  raw.on('error', () => {});
  raw.resume();
}
