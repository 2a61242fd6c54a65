import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Child } from '../../views/html.ts';

/** A status message; with `signedOut`, also the error shown instead to a browser without a session. */
type DoneMessage = string | { message: string; signedOut: Child };

/** What a page shows: a status, an error, or nothing. */
type Shown = { status: string } | { error: Child } | Record<string, never>;

declare module 'fastify' {
  interface FastifyInstance {
    /** Messages for `?done=<code>` in a page's address, by code: for people who are signed in, and for others. */
    doneMessages: Map<string, { message: string; signedOut: Shown }>;
  }
}

/** Must run before any feature registers its pages. */
export function registerDoneMessages(app: FastifyInstance): void {
  app.decorate('doneMessages', new Map());
}

/**
 * Adds a feature's messages by code. Anonymous visitors see only those that are `open`. Throws if another feature
 * uses the code.
 */
export function addDoneMessages(
  app: FastifyInstance,
  messages: Record<string, DoneMessage>,
  { open = false } = {},
): void {
  for (const [code, given] of Object.entries(messages)) {
    if (app.doneMessages.has(code)) throw new Error(`two features say what "${code}" means`);
    const message = typeof given === 'string' ? given : given.message;
    const others = open ? { status: message } : {};
    const signedOut = typeof given === 'string' ? others : { error: given.signedOut };
    app.doneMessages.set(code, { message, signedOut });
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
  return code === undefined ? undefined : request.server.doneMessages.get(code)?.message;
}

/** What a page shows for a code, unless this visitor cannot be the one who did it. */
export function shownMessage(
  { server, viewer }: Pick<FastifyRequest, 'server' | 'viewer'>,
  code: string | undefined,
): Shown {
  const found = code === undefined ? undefined : server.doneMessages.get(code);
  if (!found) return {};
  return viewer === null ? found.signedOut : { status: found.message };
}

/** A path and query without the code. */
export function withoutDone(path: string): string {
  return path.replace(/([?&])done=[^&]*(?:&|$)/, '$1').replace(/[?&]$/, '');
}
