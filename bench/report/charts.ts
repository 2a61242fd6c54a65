import { median, quantile } from '../statistics.ts';
import { ratios, type Row } from '../work.ts';
import { type Bar, drawBars } from './bars.ts';
import { drawLines, type Line } from './lines.ts';

/** A chart of some rows; undefined if none of them was measured. */
interface Chart {
  file: string;
  /** Also the alternative text. */
  title: string;
  draw: (rows: Row[], title: string) => string | undefined;
}

export const CHARTS: Chart[] = [
  {
    file: 'ratios.svg',
    title: 'As a share of what the machine can do, with goals',
    draw: (rows, title) => {
      const bars = rows.filter(isShare).flatMap((row) => bar(row, ratios(row), 1));
      return drawBars(title, bars);
    },
  },
  {
    file: 'growth.svg',
    title: 'Milliseconds for an uncached page, as the blog grows',
    draw: (rows, title) => drawLines(title, series(rows), { x: 'posts', y: 'ms' }),
  },
  {
    file: 'waiting.svg',
    title: 'The longest wait of 99 in 100 requests, with goals',
    draw: (rows, title) => {
      const waits = rows.filter(({ work }) => work.unit === 'ms' && work.limit?.name === 'idle');
      const bars = waits.flatMap((row) => bar(row, row.measured, median(row.limit)));
      const idle = waits.flatMap(({ limit }) => limit);
      const first = { name: 'idle', ...spread(idle) };
      return bars.length === 0 ? undefined : drawBars(title, [first, ...bars], ' ms');
    },
  },
];

function isShare({ work: { limit, goal } }: Row): boolean {
  return limit !== undefined && goal !== undefined && 'atLeast' in goal;
}

/** None for a row that failed; its goal is `times` that of the row. */
function bar({ work, failed }: Row, figures: number[], times: number): Bar[] {
  if (failed !== undefined || !work.goal) return [];
  const goal = 'atLeast' in work.goal ? work.goal.atLeast : work.goal.atMost;
  return [{ name: work.name, ...spread(figures), goal: goal * times }];
}

function spread(figures: number[]) {
  return { value: median(figures), from: quantile(figures, 0), to: quantile(figures, 1) };
}

/** The rows that are points of lines, in their order. */
function series(rows: Row[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { work, measured, limit, failed } of rows) {
    if (!work.series || failed !== undefined) continue;
    const { name, at, limitAt } = work.series;
    const line = lines.get(name) ?? { name, points: [{ x: limitAt, y: median(limit) }] };
    line.points.push({ x: at, y: median(measured) });
    lines.set(name, line);
  }
  return [...lines.values()];
}
