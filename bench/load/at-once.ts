import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How many `work` calls a second are done with `atOnce` of them at a time; those started in time
 * are awaited.
 */
export async function perSecond(
  work: () => Promise<unknown>,
  { atOnce, seconds }: { atOnce: number; seconds: number },
): Promise<number> {
  const begun = performance.now();
  const end = begun + seconds * 1000;
  let done = 0;
  await inLanes(atOnce, async () => {
    while (performance.now() < end) {
      await work();
      done++;
    }
  });
  return (done * 1000) / (performance.now() - begun);
}

/** What `measure` returns while `atOnce` calls of `work` are always running. */
export async function during<T>(
  work: () => Promise<unknown>,
  atOnce: number,
  measure: () => Promise<T>,
): Promise<T> {
  const enough = new AbortController();
  const lanes = inLanes(atOnce, async () => {
    while (!enough.signal.aborted) await work();
  });
  lanes.catch(() => {});
  try {
    await Promise.race([sleep(500), lanes]);
    return await measure();
  } finally {
    enough.abort();
    await lanes;
  }
}

async function inLanes(lanes: number, run: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, run));
}
