import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import autocannon from 'autocannon';

/** Requests a second of one URL over ten connections. Throws unless all answers are 200. */
export async function load(
  url: string,
  seconds: number,
  headers: Record<string, string> = {},
): Promise<number> {
  await autocannon({ url, headers, duration: 1 });
  const result = await autocannon({ url, headers, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: not all answers were 200`);
  return result.requests.average;
}

/** The 99th percentile in milliseconds of requests that come one after the other. */
export async function p99(url: string, seconds: number): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const begun = performance.now();
    await (await fetch(url)).arrayBuffer();
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN;
}

/** Fastify answering `{"hello":"world"}` from a thread of its own: what the machine can do. */
export async function startHello(): Promise<AsyncDisposable & { url: string }> {
  const worker = new Worker(new URL('hello.ts', import.meta.url));
  const [url] = (await once(worker, 'message')) as [string];
  return { url, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}
