import type { FastifyRequest } from 'fastify';
import { ValidationError } from '../../errors.ts';
import type { FieldError } from '../../field-errors.ts';
import type { Part } from '../../http/body/multipart.ts';
import { validateObject } from '../../http/validation/validate.ts';
import { PictureUpdate } from './post-picture.ts';
import type { SentPostPicture } from './post-pictures.service.ts';
import { readText, readUploadForm, type UploadLimits } from '../upload-form.ts';

const TEXTS = ['alt', 'caption'] as const;

/** Reads a PostPictureForm, its fields in any order; the caller must discard the upload. Throws as readUploadForm. */
export async function readPostPictureForm(
  request: FastifyRequest,
  limits: UploadLimits,
): Promise<SentPostPicture> {
  const { upload, fields } = await readUploadForm(request, limits, {
    names: TEXTS,
    read: readTexts,
  });
  return { upload, ...fields };
}

/** The texts of the form, in the limits of PictureUpdate. */
function readTexts(parts: Part[], errors: FieldError[]): { alt: string; caption: string } {
  const [alt = '', caption = ''] = TEXTS.map((name) => readText(parts, name, errors));
  try {
    validateObject(PictureUpdate, { alt, caption });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    errors.push(...error.errors);
  }
  return { alt, caption };
}
