const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

/** After this many failures in a row, waiting is pointless. */
const EXHAUSTED_AFTER = 3;

interface BackOff {
  succeeded: () => void;
  failed: () => void;
  /** Milliseconds until the next try; 0 or less if it may be now. */
  pause: () => number;
  /** Whether it has failed several times since the last success. */
  exhausted: () => boolean;
}

/** Doubles the pause with each failure, so that nothing is retried in a tight loop. */
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
    exhausted: () => failures >= EXHAUSTED_AFTER,
  };
}
