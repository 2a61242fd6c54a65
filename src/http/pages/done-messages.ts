import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Messages for `?done=<code>` in a page's address, by code. */
    doneMessages: Map<string, string>;
  }
}

/** Must run before any feature registers its pages. */
export function registerDoneMessages(app: FastifyInstance): void {
  app.decorate('doneMessages', new Map());
}

/** Adds a feature's messages by code. Throws if another feature uses the code. */
export function addDoneMessages(app: FastifyInstance, messages: Record<string, string>): void {
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
  return code === undefined ? undefined : request.server.doneMessages.get(code);
}
