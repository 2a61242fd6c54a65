import { quantile } from '../statistics.ts';

/** What a soak has observed: answers by kind and status, times, and everything that must not happen. */
export interface Journal {
  /** One answer; `status` is 0 if the connection broke when the server was killed. */
  answered: (kind: string, status: number, ms: number) => void;
  /** Something was lost, left behind, or answered wrongly. */
  violated: (what: string) => void;
  violations: readonly string[];
  /** The answers as a table: kind, number, by status, median and 99th percentile in ms. */
  table: () => string[][];
}

export function createJournal(): Journal {
  const kinds = new Map<string, { statuses: Map<number, number>; times: number[] }>();
  const violations: string[] = [];
  return {
    answered: (kind, status, ms) => {
      const seen = kinds.get(kind) ?? { statuses: new Map<number, number>(), times: [] };
      kinds.set(kind, seen);
      seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1);
      if (status !== 0) seen.times.push(ms);
    },
    violated: (what) => {
      violations.push(what);
      console.error(`VIOLATION ${what}`);
    },
    violations,
    table: () =>
      [...kinds].map(([kind, { statuses, times }]) => [
        kind,
        String(times.length),
        [...statuses]
          .toSorted(([a], [b]) => a - b)
          .map(([status, count]) => `${status === 0 ? 'cut' : status}: ${count}`)
          .join(', '),
        quantile(times, 0.5).toFixed(0),
        quantile(times, 0.99).toFixed(0),
      ]),
  };
}
