import { median } from './statistics.ts';

/** What is measured and what it is compared with: a line of the table. */
export interface Work {
  /** as `--only` finds it */
  name: string;
  unit: '/s' | 'ms' | 'MB' | 'KB';
  measure: () => Promise<number>;
  limit?: Limit;
  goal?: Goal;
  /** Of its own, when it takes minutes. */
  rounds?: number;
  /** The line of a chart that it is a point of, with what its limit is the first point of. */
  series?: { name: string; at: number; limitAt: number };
}

/** What the machine can do, measured just before the work in each round. */
export interface Limit {
  name: string;
  measure: () => Promise<number>;
}

/** Of the ratio to the limit; where there is none, of what was measured. */
export type Goal = { atLeast: number } | { atMost: number };

/** One figure of each round. */
export interface Row {
  work: Work;
  measured: number[];
  /** empty when there is nothing to compare with */
  limit: number[];
  /** why it could not be measured */
  failed?: string;
}

/** The limit and the work in turn, round by round. What fails is told in the row, and never thrown. */
export async function measureInTurn(work: Work, rounds: number): Promise<Row> {
  const row: Row = { work, measured: [], limit: [] };
  try {
    for (let round = 0; round < (work.rounds ?? rounds); round++) {
      if (work.limit) row.limit.push(await work.limit.measure());
      row.measured.push(await work.measure());
    }
    return row;
  } catch (error) {
    return { ...row, failed: error instanceof Error ? error.message : String(error) };
  }
}

/** Of each round what was measured by its limit; none when there is nothing to compare with. */
export function ratios({ measured, limit }: Row): number[] {
  return limit.map((value, round) => (measured[round] ?? NaN) / value);
}

/** Whether the median meets the goal; undefined when there is none. */
export function isMet(row: Row): boolean | undefined {
  const { goal } = row.work;
  if (!goal) return undefined;
  const figure = median(row.work.limit ? ratios(row) : row.measured);
  return 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost;
}
