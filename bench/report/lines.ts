import { figure } from './table.ts';
import { frame, text } from './svg.ts';

export interface Line {
  name: string;
  points: { x: number; y: number }[];
}

const [WIDTH, HEIGHT] = [800, 380];
/** Edges of the area between the axes; names of the lines are to the right of it. */
const [LEFT, RIGHT, TOP, BOTTOM] = [80, 560, 50, 330];

/** Lines over two logarithmic axes with a grid line for each power of ten; undefined without lines. */
export function drawLines(
  title: string,
  lines: Line[],
  units: { x: string; y: string },
): string | undefined {
  if (lines.length === 0) return undefined;
  const points = lines.flatMap((line) => line.points);
  const x = axis(
    points.map((point) => point.x),
    LEFT,
    RIGHT,
  );
  const y = axis(
    points.map((point) => point.y),
    BOTTOM,
    TOP,
  );
  const grid = [
    ...x.powers.map(
      (power) =>
        `<path class="grid" d="M${x.at(power)} ${TOP}V${BOTTOM}"/>${text(x.at(power), BOTTOM + 20, figure(power), 'middle')}`,
    ),
    ...y.powers.map(
      (power) =>
        `<path class="grid" d="M${LEFT} ${y.at(power)}H${RIGHT}"/>${text(LEFT - 8, y.at(power) + 4, `${figure(power)} ${units.y}`, 'end')}`,
    ),
    text((LEFT + RIGHT) / 2, BOTTOM + 42, units.x, 'middle'),
  ];
  const drawn = lines.map(({ name, points: own }, n) => {
    const at = own.map((point) => `${x.at(point.x).toFixed(1)} ${y.at(point.y).toFixed(1)}`);
    const dots = at.map((place) => `<path class="dot" d="M${place}h0"/>`);
    const legend = TOP + 20 + n * 26;
    return `<g class="line${n % 5}"><path class="line" d="M${at.join('L')}"/>${dots.join('')}
<path class="line" d="M${RIGHT + 16} ${legend - 4}h22"/>${text(RIGHT + 46, legend, name)}</g>`;
  });
  const about = lines
    .map(
      ({ name, points: own }) =>
        `${name}: ${own.map((point) => `${figure(point.y)} ${units.y} at ${figure(point.x)}`).join(', ')}`,
    )
    .join('; ');
  return frame({ title, about, width: WIDTH, height: HEIGHT }, [...grid, ...drawn]);
}

/**
 * Returns a function from a value to its position, and the powers of ten on the axis; the first and
 * last are its ends.
 */
function axis(values: number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const powers = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n));
  const at = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return { at, powers };
}
