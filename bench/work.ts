import { median } from './statistics.ts';

/** What is measured and what it is compared with: a line of the table. */
export interface Work {
  /** What `--only` searches. */
  name: string;
  unit: '/s' | 'ms' | 'MB' | 'KB' | 'times';
  measure: () => Promise<number>;
  limit?: Limit;
  goal?: Goal;
  /**
   * Its own number of rounds, if one takes minutes or all give the same. The default without a goal
   * is 1.
   */
  rounds?: number;
}

/** What the machine can do, measured just before the work in each round. */
export interface Limit {
  name: string;
  measure: () => Promise<number>;
}

/** A goal for the ratio to the limit or, without a limit, for the measured value. */
type Goal = { atLeast: number } | { atMost: number };

/** One figure of each round. */
export interface Row {
  work: Work;
  measured: number[];
  /** Empty if there is nothing to compare with. */
  limit: number[];
  /** Why it could not be measured. */
  failed?: string;
}

/** Measures the limit and the work in turn, round by round. A failure is stored in the row, never thrown. */
export async function measureInTurn(work: Work, rounds: number): Promise<Row> {
  const row: Row = { work, measured: [], limit: [] };
  try {
    for (let round = 0; round < (work.rounds ?? (work.goal ? rounds : 1)); round++) {
      if (work.limit) row.limit.push(await work.limit.measure());
      row.measured.push(await work.measure());
    }
    return row;
  } catch (error) {
    return { ...row, failed: error instanceof Error ? error.message : String(error) };
  }
}

/** The measured value divided by the limit, for each round; empty without a limit. */
export function ratios({ measured, limit }: Row): number[] {
  return limit.map((value, round) => (measured[round] ?? NaN) / value);
}

/** Whether the median meets the goal; undefined without a goal. */
export function isMet(row: Row): boolean | undefined {
  const { goal } = row.work;
  if (!goal) return undefined;
  const figure = median(row.work.limit ? ratios(row) : row.measured);
  return 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost;
}
