import { slownessOf, WORKER_LIMITS } from '../limits.ts';
import { startWorker, type WorkerEvents } from './worker-process.ts';

/** How long a worker may take to answer; milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * How many times as long decoding takes here as on the reference machine of WORKER_LIMITS, measured
 * in a worker. Rejects with the worker's own error if none can start.
 */
export async function measureMachine(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const events: WorkerEvents = {
    onReply: (reply) => {
      if (reply.kind === 'ready') worker.measure();
      else if (reply.kind === 'measured') resolve(slownessOf(reply.ms));
    },
    onExit: ({ err, stderr }) => reject(err ?? new Error(stderr.trim() || 'the worker ended')),
  };
  const worker = startWorker(events, { growthBytes: WORKER_LIMITS.growthBytes });
  const timer = setTimeout(() => reject(new Error('the worker does not answer')), TIMEOUT_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.kill();
  }
}
