import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ValidationError } from '../errors.ts';
import {
  aboveMaximum,
  belowMinimum,
  missing,
  notAnInteger,
  type FieldError,
} from '../field-errors.ts';
import { ROTATIONS, type Crop, type Rotation } from '../images/crop.ts';
import { MAX_PIXELS } from '../images/inspect.ts';
import type { Upload } from '../images/upload.ts';
import { mediaType } from '../http/body/content-type.ts';
import { readUploadBody, type Part } from '../http/body/multipart.ts';

/** The smallest values of the integers that describe the crop. */
const MINIMA = { x: 0, y: 0, size: 1 };
const CROP_FIELDS = [...Object.keys(MINIMA), 'rotation'];
/** Each integer has one spelling, so that an error can show what was sent. */
const INTEGER = /^(?:0|-?[1-9]\d*)$/;

/** Swagger UI would send the largest possible integer; an empty text counts as absent. */
const NOT_SENT = { example: '' };

/** No side of a picture can be longer than the limit of pixels. */
const pixels = (name: keyof typeof MINIMA, description: string) =>
  Type.Optional(
    Type.Integer({ minimum: MINIMA[name], maximum: MAX_PIXELS, description, ...NOT_SENT }),
  );

/** The form in which a picture is sent. */
export const PictureForm = Type.Object({
  file: Type.String({ format: 'binary' }),
  x: pixels('x', 'Left edge of the square to keep, in pixels of the upright and rotated picture'),
  y: pixels('y', 'Top edge of the square'),
  size: pixels(
    'size',
    'Side of the square. Without x, y and size the middle of the picture is kept',
  ),
  rotation: Type.Optional(
    Type.Unsafe<Rotation>({
      type: 'integer',
      enum: ROTATIONS,
      ...NOT_SENT,
      description:
        'Degrees clockwise, after EXIF orientation, 0 when absent; only with x, y and size',
    }),
  ),
});

/**
 * Reads a PictureForm, its fields in any order: an upload, which the caller must discard, and the
 * crop, undefined for the middle. An empty text counts as absent. Throws 422 with every wrong
 * field, and as readUploadBody.
 */
export async function readPictureForm(
  request: FastifyRequest,
  limits: { max: number; folder: string },
): Promise<{ upload: Upload; crop: Crop | undefined }> {
  const isForm = mediaType(request) === 'multipart/form-data';
  const body = isForm
    ? await readUploadBody(request, limits)
    : { parts: [], discard: async () => {} };
  const errors: FieldError[] = [];
  const upload = readFile(body.parts, errors);
  const crop = readCrop(body.parts, errors);
  if (upload && errors.length === 0) return { upload, crop };
  await body.discard();
  throw new ValidationError(errors);
}

function readFile(parts: Part[], errors: FieldError[]): Upload | undefined {
  const part = parts.find(({ name }) => name === 'file');
  const others = parts.filter((one) => one.name === 'file' || isStray(one));
  if (part === undefined) errors.push(missing(['body', 'file'], null));
  else if (!('file' in part)) errors.push(wrong('file', 'expected a file'));
  else if (others.length > 1) errors.push(wrong('file', 'only one file is taken'));
  else return part.file;
  return undefined;
}

/** A file in another field; a file in a field of the crop is that field's error. */
function isStray(part: Part): boolean {
  return 'file' in part && !CROP_FIELDS.includes(part.name);
}

function readCrop(parts: Part[], errors: FieldError[]): Crop | undefined {
  const given = parts.filter((part) => CROP_FIELDS.includes(part.name) && !isEmpty(part));
  if (given.length === 0) return undefined;
  return {
    x: readPixels(given, 'x', errors),
    y: readPixels(given, 'y', errors),
    size: readPixels(given, 'size', errors),
    rotation: readRotation(given, errors),
  };
}

/** 0 after an error. */
function readPixels(parts: Part[], name: keyof typeof MINIMA, errors: FieldError[]): number {
  const loc = ['body', name];
  const text = readText(parts, name, errors);
  const value = Number(text);
  if (text === undefined) return 0;
  if (text === '') errors.push(missing(loc, null));
  else if (!INTEGER.test(text)) errors.push(notAnInteger(loc, text));
  else if (value < MINIMA[name]) errors.push(belowMinimum(loc, MINIMA[name], text));
  else if (value > MAX_PIXELS) errors.push(aboveMaximum(loc, MAX_PIXELS, text));
  else return value;
  return 0;
}

function readRotation(parts: Part[], errors: FieldError[]): Rotation {
  const input = readText(parts, 'rotation', errors);
  const rotation = ROTATIONS.find((one) => String(one) === input);
  if (rotation === undefined && input) {
    const expected = '0, 90, 180 or 270';
    const msg = `Input should be ${expected}`;
    errors.push({ type: 'enum', loc: ['body', 'rotation'], msg, input, ctx: { expected } });
  }
  return rotation ?? 0;
}

/** The only text of a field, '' if there is none, undefined after an error. */
function readText(parts: Part[], name: string, errors: FieldError[]): string | undefined {
  const [part, ...others] = parts.filter((one) => one.name === name);
  if (part === undefined) return '';
  if (!('text' in part)) errors.push(wrong(name, 'expected a text'));
  else if (others.length > 0) errors.push(wrong(name, 'only one is taken'));
  else return part.text;
  return undefined;
}

function isEmpty(part: Part): boolean {
  return 'text' in part && part.text === '';
}

function wrong(name: string, why: string): FieldError {
  return { type: 'value_error', loc: ['body', name], msg: `Value error, ${why}`, input: null };
}
