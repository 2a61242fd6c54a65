/**
 * A function that does `work` anew for whoever calls it, but once for all who call while it is being done for
 * others: what it does has begun after each of their calls. Rejects, for those it was done for, as `work` does.
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
