import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Child } from '../../views/html.ts';

/** What pages say was done; or that, and the error they show instead to a browser that has no session. */
export type DoneMessage = string | { message: string; signedOut: Child };

declare module 'fastify' {
  interface FastifyInstance {
    /** Messages for `?done=<code>` in a page's address, by code. */
    doneMessages: Map<string, DoneMessage>;
  }
}

/** Must run before any feature registers its pages. */
export function registerDoneMessages(app: FastifyInstance): void {
  app.decorate('doneMessages', new Map());
}

/** Adds a feature's messages by code. Throws if another feature uses the code. */
export function addDoneMessages(app: FastifyInstance, messages: Record<string, DoneMessage>): void {
  for (const [code, message] of Object.entries(messages)) {
    if (app.doneMessages.has(code)) throw new Error(`two features say what "${code}" means`);
    app.doneMessages.set(code, message);
  }
}

/**
 * The message of a code. The address holds no text, so that nobody can make the blog say something
 * by a link.
 */
export function doneMessage(
  request: Pick<FastifyRequest, 'server'>,
  code: string | undefined,
): string | undefined {
  const found = code === undefined ? undefined : request.server.doneMessages.get(code);
  return typeof found === 'object' ? found.message : found;
}

/** What a page shows for a code: as its status, or as its error. */
export function shownMessage(
  { server, viewer }: Pick<FastifyRequest, 'server' | 'viewer'>,
  code: string | undefined,
): { status: string } | { error: Child } | Record<string, never> {
  const found = code === undefined ? undefined : server.doneMessages.get(code);
  if (found === undefined) return {};
  if (typeof found === 'string') return { status: found };
  return viewer === null ? { error: found.signedOut } : { status: found.message };
}

/** A path and query without the code. */
export function withoutDone(path: string): string {
  return path.replace(/([?&])done=[^&]*(?:&|$)/, '$1').replace(/[?&]$/, '');
}
