import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Of answers that are kept: 20 µs each. With four in a turn, or all there are, readers had a tenth fewer a second. */
export const KEPT_READS_MAX = 16;
/** Of answers that must be made: 300 µs each, partly in later turns. */
export const READS_MAX = 4;
/** While something is written, and shortly after, when its sender may have more to write. */
const READS_BESIDE_WRITES = 1;
const SHORTLY_MS = 5;

/**
 * Begins `readsMax` GETs at most in one turn of the event loop, the others in the next ones, in their order. What
 * else needs turns then waits for a few of them and not for all there are: a write needs a turn for itself and one when
 * the disk has it, so that 32 readers as fast as they can made it take 5 ms instead of 2.
 */
export function fewReadsInATurn(next: RequestListener, readsMax: number): RequestListener {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  /** reads in this turn, and writes that are under way or were a moment ago */
  let [begun, writes] = [0, 0];
  const most = () => (writes > 0 ? READS_BESIDE_WRITES : readsMax);

  function beginSome(): void {
    const some = waiting.splice(0, most());
    begun = some.length;
    if (begun > 0) setImmediate(beginSome);
    for (const [request, response] of some) next(request, response);
  }

  function read(request: IncomingMessage, response: ServerResponse): void {
    if (begun >= most() || waiting.length > 0) return void waiting.push([request, response]);
    if (begun === 0) setImmediate(beginSome);
    begun += 1;
    next(request, response);
  }

  return (request, response) => {
    if (request.method === 'GET') return read(request, response);
    writes += 1;
    response.once('close', () => setTimeout(() => (writes -= 1), SHORTLY_MS));
    next(request, response);
  };
}
