/** Chromaticities of white, red, green and blue, x before y. */
export type Primaries = readonly [number, number, number, number, number, number, number, number];

type Vector = readonly [number, number, number];
/** Three rows. */
export type Matrix = readonly [Vector, Vector, Vector];

export const SRGB: Primaries = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

/** The Bradford matrix: cone responses, in which one white point is adapted to another. */
const CONES: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** From linear light in these primaries to linear sRGB, white to white. Undefined if they do not span a triangle. */
export function linearSrgbOf(primaries: Primaries): Matrix | undefined {
  const [wx, wy] = primaries;
  const [from, to] = [coneResponse(wx, wy), coneResponse(SRGB[0], SRGB[1])];
  const scales: Vector = [to[0] / from[0], to[1] / from[1], to[2] / from[2]];
  const adaptation = multiply(inverse(CONES), multiply(diagonal(scales), CONES));
  const matrix = multiply(inverse(xyzOf(SRGB)), multiply(adaptation, xyzOf(primaries)));
  return matrix.flat().every(Number.isFinite) ? matrix : undefined;
}

function coneResponse(x: number, y: number): Vector {
  return apply(CONES, xyz(x, y));
}

/** XYZ of a chromaticity at a luminance of 1. */
function xyz(x: number, y: number): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

/** From light of these primaries to XYZ. */
function xyzOf([wx, wy, rx, ry, gx, gy, bx, by]: Primaries): Matrix {
  const full = transpose([xyz(rx, ry), xyz(gx, gy), xyz(bx, by)]);
  return multiply(full, diagonal(apply(inverse(full), xyz(wx, wy))));
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function apply([a, b, c]: Matrix, vector: Vector): Vector {
  return [dot(a, vector), dot(b, vector), dot(c, vector)];
}

function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function multiply([a, b, c]: Matrix, other: Matrix): Matrix {
  const columns = transpose(other);
  return [apply(columns, a), apply(columns, b), apply(columns, c)];
}

function diagonal([a, b, c]: Vector): Matrix {
  return [
    [a, 0, 0],
    [0, b, 0],
    [0, 0, c],
  ];
}

/** Of a singular matrix: values that are not finite. */
function inverse([a, b, c]: Matrix): Matrix {
  const volume = dot(a, cross(b, c));
  const columns = [cross(b, c), cross(c, a), cross(a, b)].map(([x, y, z]): Vector => [
    x / volume,
    y / volume,
    z / volume,
  ]);
  return transpose(columns as unknown as Matrix);
}
