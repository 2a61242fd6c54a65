import Fastify, { type FastifyRequest } from 'fastify';
import { Unavailable } from '../errors.ts';

/**
 * Fastify's own log lines are off, as request-log.ts writes ours; but of a stream that fails once its answer
 * has begun no hook and no error handler hears. The connection is cut then, so that what has arrived is not
 * taken for the whole.
 */
export class AbortedResponseLogger extends Fastify.LogController {
  constructor() {
    super({ disableRequestLogging: true });
  }

  override streamError(error: NodeJS.ErrnoException, { log }: FastifyRequest): void {
    // It was the client who went.
    if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    if (error instanceof Unavailable) {
      log.warn({ reason: String(error.cause) }, `an answer was cut: ${error.message}`);
    } else {
      log.error({ err: error }, 'an answer was cut');
    }
  }
}
