import { quantile } from '../statistics.ts';
import type { Journal } from './journal.ts';

interface Observed {
  /** How often each part was taken away. */
  struck: ReadonlyMap<string, number>;
  /** Milliseconds until killed servers answered again. */
  downtimes: readonly number[];
  /** Median memory of all servers once warm, in both halves of that time, in MB; null: too short a run. */
  growth: { first: number; last: number } | null;
  /** The largest sum of servers and decoders, in MB. */
  peak: number;
}

/** What was answered and observed, and how often something went wrong. */
export function printReport(journal: Journal, { struck, downtimes, growth, peak }: Observed): void {
  console.table(
    Object.fromEntries(
      journal
        .table()
        .map(([kind = '', answers, statuses, median, p99]) => [
          kind,
          { answers, statuses, 'median ms': median, '99th percentile ms': p99 },
        ]),
    ),
  );
  const killed = [...struck].map(([name, times]) => `${name} ${times} times`).join(', ');
  console.log(`taken away: ${killed === '' ? 'nothing' : killed}`);
  const longest = Math.max(0, ...downtimes);
  const median = quantile([...downtimes], 0.5);
  console.log(
    `down after a kill: median ${median.toFixed(0)} ms, at most ${longest.toFixed(0)} ms`,
  );
  console.log(
    growth === null
      ? "too short a run to see whether the servers' memory grows"
      : `servers' memory once warm: ${growth.first.toFixed(0)} MB in the first half, ${growth.last.toFixed(0)} MB in the last`,
  );
  console.log(`largest sum of servers and decoders: ${peak.toFixed(0)} MB`);
  console.log(
    `violations (lost, left behind, unannounced 5xx, growth): ${journal.violations.length}`,
  );
}
