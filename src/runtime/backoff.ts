const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

/** So many failures in a row mean that waiting is in vain. */
const HOPELESS = 3;

export interface BackOff {
  succeeded: () => void;
  failed: () => void;
  /** Milliseconds until the next try; 0 or less when it may be now. */
  pause: () => number;
  /** It has failed again and again since it last succeeded. */
  exhausted: () => boolean;
}

/** Doubles the pause between two tries with each failure, so that nothing is retried in a hot loop. */
export function createBackOff(): BackOff {
  let failures = 0;
  let next = 0;
  return {
    succeeded: () => {
      failures = 0;
    },
    failed: () => {
      next = performance.now() + Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      failures += 1;
    },
    pause: () => next - performance.now(),
    exhausted: () => failures >= HOPELESS,
  };
}
