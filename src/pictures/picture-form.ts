import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
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
import type { Part } from '../http/body/multipart.ts';
import { readText, readUploadForm, type UploadLimits } from './upload-form.ts';

/** The smallest values of the integers that describe the crop. */
const MINIMA = { x: 0, y: 0, size: 1 };
const CROP_FIELDS = [...Object.keys(MINIMA), 'rotation'];
/** Each integer has only one valid spelling, so that an error can show exactly what was sent. */
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
  limits: UploadLimits,
): Promise<{ upload: Upload; crop: Crop | undefined }> {
  const { upload, fields: crop } = await readUploadForm(request, limits, {
    names: CROP_FIELDS,
    read: readCrop,
  });
  return { upload, crop };
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

function isEmpty(part: Part): boolean {
  return 'text' in part && part.text === '';
}
