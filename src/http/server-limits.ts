import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Clients that are slower than these are cut; milliseconds. */
const HEADERS_MS = 15_000;
/** 5 MB in this time is 350 kbit/s, a poor mobile line. */
const REQUEST_MS = 120_000;
/** Longer than the 60 s after which common proxies let an idle connection go, so that they are first. */
const KEEP_ALIVE_MS = 72_000;
const IDLE_MS = 150_000;
const CHECK_MS = 5_000;

/** Fastify's options that bound what a connection may cost. */
export const LIMITS = {
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionTimeout: IDLE_MS,
  http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS },
  // Bodies are read by body.ts with limits of their own; Fastify's would answer before it.
  bodyLimit: Number.MAX_SAFE_INTEGER,
  routerOptions: { maxParamLength: 16_384 },
  forceCloseConnections: 'idle',
  clientErrorHandler: refuseConnection,
} as const;

const STATUS: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** What is no HTTP gets a last answer, if there is anyone to get it. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? 400;
  const text = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ detail: text });
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/**
 * Once the server is told to stop, each answer ends its connection; else an idle one would hold the
 * stop up until it is cut.
 */
export function registerLastAnswers(app: FastifyInstance): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
}
