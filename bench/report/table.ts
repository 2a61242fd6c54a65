import { median } from '../statistics.ts';
import { isMet, ratios, type Row } from '../work.ts';

export const HEAD = ['work', 'limit', 'measured', 'ratio', 'goal', 'met'];

/** The cells of a line. */
export function cells(row: Row): string[] {
  const { name, unit, limit, goal } = row.work;
  const goalText = goal
    ? 'atLeast' in goal
      ? `≥ ${goal.atLeast}`
      : `≤ ${goal.atMost}${limit ? '' : ` ${unit}`}`
    : '';
  if (row.failed !== undefined) return [name, '', 'failed', '', goalText, row.failed];
  const met = isMet(row);
  return [
    name,
    limit ? `${figure(median(row.limit))} ${unit} (${limit.name})` : '',
    `${figure(median(row.measured))} ${unit}${limit ? '' : spread(row.measured)}`,
    limit ? `${figure(median(ratios(row)))}${spread(ratios(row))}` : '',
    goalText,
    met === undefined ? '' : met ? 'yes' : '**no**',
  ];
}

/** Smallest and largest of the rounds. */
function spread(figures: number[]): string {
  if (figures.length < 2) return '';
  return ` (${figure(Math.min(...figures))}–${figure(Math.max(...figures))})`;
}

/** Three significant digits. */
function figure(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** Prints rows to standard output as they are measured. */
export function printTable(rows: Row[]): void {
  for (const row of rows) {
    const [name = '', limit = '', ...others] = cells(row);
    console.log([name.padEnd(60), limit.padEnd(36), ...others].join('  '));
  }
}
