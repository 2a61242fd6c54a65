/**
 * Returns a function that runs `work` for its callers: calls during a run share the next one, so
 * each run starts after the calls it serves. Rejects as `work` does.
 */
export function coalesceRuns(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (next) return next;
    next = last.then(() => {
      next = undefined;
      return work();
    });
    last = next.catch(() => {});
    return next;
  };
}
