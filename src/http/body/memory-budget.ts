import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Unavailable } from '../../errors.ts';

/**
 * Bytes of JSON and forms that this process holds at once; uploads wait on disk. Without this limit
 * a thousand senders that stop one byte before the end of their 8 MiB would hold 8 GiB, and JSON is
 * read before the sender is identified.
 */
const HELD_MAX = 384 * 1024 * 1024;
/** What each request may hold whatever others do, so that people can still log in. */
const FREE = 64 * 1024;

let held = 0;
const accounts = new WeakMap<FastifyRequest, () => void>();

/** Frees what a request held once it was answered. */
export function registerBodyBudget(app: FastifyInstance): void {
  app.addHook('onResponse', async (request) => accounts.get(request)?.());
}

/**
 * Reserves memory for one request's body, until it is answered or its connection closes. Call the
 * returned function with the bytes read so far; it returns false if all bodies together are too
 * large.
 */
export function reserveBodyMemory(request: FastifyRequest): (bytes: number) => boolean {
  const { socket } = request.raw;
  let own = 0;
  let settled = false;
  const settle = () => {
    socket.off('close', settle);
    held -= own;
    own = 0;
    settled = true;
  };
  socket.once('close', settle);
  accounts.set(request, settle);
  return (bytes) => {
    const growth = bytes - FREE - own;
    if (growth <= 0 || settled) return true;
    if (held + growth > HELD_MAX) return false;
    held += growth;
    own += growth;
    return true;
  };
}

export const tooManyBodies = () =>
  new Unavailable('Too many large requests at once. Please try again in a moment.');
