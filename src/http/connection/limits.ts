import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Times } from './timeouts.ts';

/** Requests that may wait behind the current one on a connection; a few kilobytes each. */
const PIPELINED_MAX = 1024;
/** An open connection costs about 10 KB, so this many cost 200 MB. */
const CONNECTIONS_MAX = 20_000;
/** Files left for the database, media, image workers and mail when every connection is taken. */
const FILES_KEPT = 128;
/** Idle connections are closed to make room at most once in this time; milliseconds. */
const ROOM_MS = 1_000;

/**
 * Handles the requests of one connection one after the other. Node would start all that arrive
 * together, and the answers to 1,600 requests for a post of 8 MiB do not fit into memory. Must come
 * before everything else.
 */
export function serializePipelined(next: RequestListener, times: Times): RequestListener {
  const queued = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    // A response gets its socket once those before it have been sent.
    if (response.socket) return next(request, response);
    const waiting = (queued.get(socket) ?? 0) + 1;
    queued.set(socket, waiting);
    if (waiting > PIPELINED_MAX) return socket.destroy();
    response.once('socket', () => {
      queued.set(socket, (queued.get(socket) ?? 1) - 1);
      // Not at once: Node is about to flush what the response holds.
      process.nextTick(() => {
        socket.setTimeout(times.idle);
        next(request, response);
      });
    });
  };
}

/**
 * Cuts clients that do not read an answer, or take too long; at the limit of connections, idle ones
 * are closed. Must be registered before other hooks.
 */
export function registerConnectionLimits(app: FastifyInstance, times: Times): void {
  app.addHook('onSend', async (_request, reply) => limitAnswer(reply.raw, times));
  capConnections(app);
}

/** Sets the limits of one answer, before it is sent or while part of it is unsent. */
export function limitAnswer(response: ServerResponse, times: Times): void {
  const { socket } = response.req;
  // Node sets the next timeout, for keep-alive, when the answer is sent.
  socket.setTimeout(times.stalledAnswer);
  const timer = setTimeout(() => socket.destroy(), times.answer).unref();
  response.once('close', () => clearTimeout(timer));
}

/** Read only once, because the report that holds it describes the whole process, each thread included. */
let filesMax: number | undefined;

/**
 * Limits connections. Otherwise they could use up all file descriptors, and pictures and workers
 * would fail.
 */
function capConnections({ server }: FastifyInstance): void {
  const files = (filesMax ??= openFilesMax());
  server.maxConnections = Math.min(CONNECTIONS_MAX, Math.max(files - FILES_KEPT, files / 2));
  let last = 0;
  server.on('drop', () => {
    const now = performance.now();
    if (now - last < ROOM_MS) return;
    last = now;
    server.closeIdleConnections();
  });
}

/** The system's limit of open files for this process; Node raises it to the hard limit at its start. */
function openFilesMax(): number {
  // Otherwise names would be looked up for every connection.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}
