import { figure } from './table.ts';
import { frame, text } from './svg.ts';

interface Bar {
  name: string;
  value: number;
  /** smallest and largest of the rounds */
  from: number;
  to: number;
  goal: number;
}

const [NAMES, WIDTH, LINE] = [330, 800, 26];
const TOP = 40;

/** Bars from the left, with their spread as a thin line and their goal as a mark; undefined without any. */
export function drawBars(title: string, bars: Bar[], unit = ''): string | undefined {
  if (bars.length === 0) return undefined;
  const largest = Math.max(...bars.flatMap(({ value, to, goal }) => [value, to, goal]));
  const x = (value: number) => (value / largest) * (WIDTH - NAMES - 80);
  const lines = bars.map(({ name, value, from, to, goal }, n) => {
    const middle = LINE / 2;
    return `<g transform="translate(${NAMES} ${TOP + n * LINE})">
${text(-8, middle + 4, name, 'end')}
<rect class="bar" y="5" width="${x(value).toFixed(1)}" height="${LINE - 10}"/>
<path class="spread" d="M${x(from).toFixed(1)} ${middle}H${x(to).toFixed(1)}"/>
<path class="goal" d="M${x(goal).toFixed(1)} 1V${LINE - 1}"/>
${text(Math.max(x(value), x(to), x(goal)) + 8, middle + 4, `${figure(value)}${unit}`)}
</g>`;
  });
  const about = bars
    .map(({ name, value, goal }) => `${name}: ${figure(value)}${unit}, goal ${figure(goal)}${unit}`)
    .join('; ');
  return frame({ title, about, width: WIDTH, height: TOP + bars.length * LINE + 10 }, lines);
}
