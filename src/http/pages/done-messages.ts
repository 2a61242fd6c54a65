import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** What a page's address may say was just done, as `?done=<code>`. */
    doneMessages: Map<string, string>;
  }
}

/** Before any feature registers its pages. */
export function registerDoneMessages(app: FastifyInstance): void {
  app.decorate('doneMessages', new Map());
}

/** Adds a feature's messages by their codes. Throws for a code that another feature has taken. */
export function addDoneMessages(app: FastifyInstance, messages: Record<string, string>): void {
  for (const [code, message] of Object.entries(messages)) {
    if (app.doneMessages.has(code)) throw new Error(`two features say what "${code}" means`);
    app.doneMessages.set(code, message);
  }
}

/** The message of a code. The address holds no text, so that nobody can put words into the blog's mouth. */
export function doneMessage(
  request: Pick<FastifyRequest, 'server'>,
  code: string | undefined,
): string | undefined {
  return code === undefined ? undefined : request.server.doneMessages.get(code);
}
