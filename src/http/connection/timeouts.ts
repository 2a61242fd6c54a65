import type { RequestListener, Server } from 'node:http';
import { createServer, STATUS_CODES } from '../../runtime/node-http.ts';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** When clients are disconnected, in milliseconds; checked at intervals of `check`. */
export interface Times {
  /** From the start of a connection, or of a request, to the end of its head. */
  headers: number;
  /** To the end of its body. */
  request: number;
  /** Without a byte in either direction while a request is received or handled. */
  idle: number;
  /** Without the client reading any of the answer; the cut comes after one to two times this. */
  stalledAnswer: number;
  /** From the start of an answer to its end. */
  answer: number;
  /** Between two requests. */
  keepAlive: number;
  check: number;
}

export const TIMES: Times = {
  headers: 15_000,
  // 5 MB in this time are 350 kbit/s, a poor mobile line.
  request: 120_000,
  // A picture may wait this long for a worker.
  idle: 150_000,
  stalledAnswer: 20_000,
  // 8 MiB in this time are 220 kbit/s.
  answer: 300_000,
  // Longer than the 60 s of common proxies, so that they close idle connections first.
  keepAlive: 72_000,
  check: 5_000,
};

/**
 * Fastify's options that limit what a connection may cost. Requests reach Fastify through `before`,
 * which may answer some itself.
 */
export function serverOptions(times: Times, before: (fastify: RequestListener) => RequestListener) {
  return {
    serverFactory: (fastify: RequestListener) => boundedServer(before(fastify), times),
    // body.ts has limits of its own; Fastify's would answer before it.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    routerOptions: { maxParamLength: 16_384 },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseConnection,
  } as const;
}

function boundedServer(listener: RequestListener, times: Times): Server {
  const options = {
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.keepAlive,
    connectionsCheckingInterval: times.check,
    // head-validation.ts answers in the contract's format.
    requireHostHeader: false,
  };
  return createServer(options, listener).setTimeout(times.idle);
}

const STATUS: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers a connection that does not speak valid HTTP, if it can still receive anything. */
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
 * Once the server is told to stop, each answer closes its connection; otherwise an idle one would
 * delay the stop until it is cut.
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
