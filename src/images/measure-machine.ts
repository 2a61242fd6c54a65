import { slownessOf, WORKER_LIMITS } from './limits.ts';
import { startWorker, type WorkerEvents } from './worker-process.ts';

/** A worker that has not answered by then is given up; milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * How many times as long decoding takes here as where WORKER_LIMITS were measured, as a worker finds it. Rejects with
 * the worker's own words if none can start.
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
  const timer = setTimeout(() => reject(new Error('the worker does not answer')), PATIENCE_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.kill();
  }
}
