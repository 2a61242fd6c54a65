import { figure } from './table.ts';
import { frame, text } from './svg.ts';

export interface Bar {
  name: string;
  value: number;
  /** Smallest and largest of the rounds. */
  from: number;
  to: number;
  goal?: number;
}

const [NAMES, WIDTH, LINE] = [400, 860, 26];
const TOP = 40;

/** Bars from the left, with their spread as a thin line and their goal as a mark; undefined without bars. */
export function drawBars(title: string, bars: Bar[], unit = ''): string | undefined {
  if (bars.length === 0) return undefined;
  const largest = Math.max(...bars.map(({ to, goal = 0 }) => Math.max(to, goal)));
  const x = (value: number) => ((value / largest) * (WIDTH - NAMES - 80)).toFixed(1);
  const middle = LINE / 2;
  const lines = bars.map(({ name, value, from, to, goal }, n) => {
    const end = Number(x(Math.max(to, goal ?? 0)));
    return `<g transform="translate(${NAMES} ${TOP + n * LINE})">
${text(-8, middle + 4, name, 'end')}
<rect class="bar" y="5" width="${x(value)}" height="${LINE - 10}"/>
<path class="spread" d="M${x(from)} ${middle}H${x(to)}"/>
${goal === undefined ? '' : `<path class="goal" d="M${x(goal)} 1V${LINE - 1}"/>`}
${text(end + 8, middle + 4, `${figure(value)}${unit}`)}
</g>`;
  });
  const about = bars.map(
    ({ name, value, goal }) =>
      `${name}: ${figure(value)}${unit}${goal === undefined ? '' : `, goal ${figure(goal)}${unit}`}`,
  );
  const height = TOP + bars.length * LINE + 10;
  return frame({ title, about: about.join('; '), width: WIDTH, height }, lines);
}
