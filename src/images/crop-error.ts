import { ValidationError } from '../errors.ts';
import { aboveMaximum, type FieldError } from '../field-errors.ts';
import type { Size, Square } from './crop.ts';

/** The 422 for a square outside the picture, which is `width` × `height` after the turn. */
export function outsidePicture(square: Square, { width, height }: Size): ValidationError {
  const limits: [keyof Square, number][] = [
    ['x', Math.max(0, width - square.size)],
    ['y', Math.max(0, height - square.size)],
    ['size', Math.min(width, height)],
  ];
  const errors: FieldError[] = limits
    .filter(([name, most]) => square[name] > most)
    .map(([name, most]) => aboveMaximum(['body', name], most, String(square[name])));
  return new ValidationError(errors);
}
