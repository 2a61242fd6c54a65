import Fastify, { type FastifyRequest } from 'fastify';
import { Unavailable } from '../errors.ts';

/**
 * Fastify's own log lines are off, because request-log.ts writes ours. But no hook and no error
 * handler learns of a stream that fails after its answer has begun. The connection is then cut, so
 * that the client cannot take a part for the whole, and this class logs it.
 */
export class AbortedResponseLogger extends Fastify.LogController {
  constructor() {
    super({ disableRequestLogging: true });
  }

  override streamError(error: NodeJS.ErrnoException, { log }: FastifyRequest): void {
    // The client closed the connection.
    if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    if (error instanceof Unavailable) {
      log.warn({ reason: String(error.cause) }, `a response was cut short: ${error.message}`);
    } else {
      log.error({ err: error }, 'a response was cut short');
    }
  }
}
