import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createServer, STATUS_CODES } from '../../runtime/node-http.ts';

/** When clients are cut, in milliseconds; those that are due are looked for at intervals of `check`. */
export interface Times {
  /** from the start of a connection, or of a request, to the end of its head */
  headers: number;
  /** to the end of its body */
  request: number;
  /** without a byte either way while a request is being received or worked on */
  idle: number;
  /** an answer of which nothing has been taken for so long, to twice that */
  stalledAnswer: number;
  /** an answer that is not read to its end */
  answer: number;
  /** between two requests */
  keepAlive: number;
  check: number;
}

export const TIMES: Times = {
  headers: 15_000,
  // 5 MB in this time is 350 kbit/s, a poor mobile line.
  request: 120_000,
  // A picture may wait so long for a worker.
  idle: 150_000,
  stalledAnswer: 20_000,
  // 8 MiB in this time are 220 kbit/s.
  answer: 300_000,
  // Longer than the 60 s after which common proxies let an idle connection go, so that they are first.
  keepAlive: 72_000,
  check: 5_000,
};

/**
 * Fastify's options that bound what a connection may cost. Requests reach Fastify through `before`, which may
 * answer some by itself.
 */
export function serverOptions(times: Times, before: (fastify: RequestListener) => RequestListener) {
  return {
    serverFactory: (fastify: RequestListener) => boundedServer(before(fastify), times),
    // Bodies are read by body.ts with limits of their own; Fastify's would answer before it.
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
    // strict-head.ts answers in the contract's shape.
    requireHostHeader: false,
  };
  return createServer(options, listener).setTimeout(times.idle);
}

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
