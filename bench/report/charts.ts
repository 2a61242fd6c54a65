import { median, quantile } from '../statistics.ts';
import { ratios, type Row } from '../work.ts';
import { drawBars } from './bars.ts';

/** A picture of some of the rows; undefined when none of them was measured. */
interface Chart {
  file: string;
  about: string;
  draw: (rows: Row[]) => string | undefined;
}

const RATIOS = 'Masthead beside its limits, each bar a ratio, its goal marked';
export const CHARTS: Chart[] = [
  {
    file: 'ratios.svg',
    about: RATIOS,
    draw: (rows) =>
      drawBars(
        RATIOS,
        rows.flatMap((row) => {
          const { goal, limit, name } = row.work;
          if (!limit || !goal || !('atLeast' in goal) || row.failed !== undefined) return [];
          const all = ratios(row);
          return [
            {
              name,
              value: median(all),
              from: quantile(all, 0),
              to: quantile(all, 1),
              goal: goal.atLeast,
            },
          ];
        }),
      ),
  },
];
