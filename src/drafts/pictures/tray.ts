import type { FastifyRequest } from 'fastify';
import { ValidationError } from '../../errors.ts';
import type { FieldError } from '../../field-errors.ts';
import { validateObject } from '../../http/validation/validate.ts';
import { PictureUpdate } from '../../pictures/posts/post-picture.ts';
import { changed, describe, type Reference } from '../../text/references.ts';

/** The id of a picture and its texts. */
export type PictureTexts = Pick<Reference, 'id' | 'alt' | 'caption'>;

/** The field that says which pictures a form shows, with their texts. */
export function writeTray(pictures: readonly PictureTexts[]): string {
  return JSON.stringify(pictures.map(({ id, alt, caption }) => [id, alt, caption]));
}

/** Whether a form has picture fields; forms of other programs do not. */
export function hasTray(request: FastifyRequest): boolean {
  return bodyOf(request)['tray'] !== undefined;
}

/**
 * Writes alt texts and captions from the form's picture fields into its text. A field that was not
 * changed leaves the text as it is. Throws ValidationError, and then writes nothing.
 */
export function applyTray(request: FastifyRequest): void {
  const body = bodyOf(request);
  const shown = readShown(body['tray']);
  const errors: FieldError[] = [];
  let content = body['content'] ?? '';
  const now = shown.map((before) => {
    const { id } = before;
    const alt = body[`alt-${id}`] ?? before.alt;
    const caption = body[`caption-${id}`] ?? before.caption;
    if (alt === before.alt && caption === before.caption) return before;
    errors.push(...findErrors({ id, alt, caption }));
    content = changed(content, describe(content, { id, alt, caption }));
    return { id, alt, caption };
  });
  if (errors.length > 0) throw new ValidationError(errors);
  if (content === body['content']) return;
  setBody(request, { content, tray: writeTray(now) });
}

/** Replaces fields of a posted form. */
export function setBody(request: FastifyRequest, fields: Record<string, string>): void {
  request.body = { ...bodyOf(request), ...fields };
}

/** What is wrong with the texts of a picture, by the names of the form's fields. */
function findErrors({ id, alt, caption }: PictureTexts): FieldError[] {
  try {
    validateObject(PictureUpdate, { alt, caption });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.errors.map((one) => ({
      ...one,
      loc: ['body', `${String(one.loc.at(-1))}-${id}`],
    }));
  }
}

/** Empty if the field is not as `writeTray` writes it. */
function readShown(field = '[]'): PictureTexts[] {
  try {
    const rows = JSON.parse(field) as unknown;
    return (Array.isArray(rows) ? rows : []).flatMap((row: unknown) => {
      const [id, alt, caption] = Array.isArray(row) ? (row as unknown[]) : [];
      return Number.isSafeInteger(id) && typeof alt === 'string' && typeof caption === 'string'
        ? [{ id: id as number, alt, caption }]
        : [];
    });
  } catch {
    return [];
  }
}

function bodyOf(request: FastifyRequest): Record<string, string | undefined> {
  return (request.body ?? {}) as Record<string, string | undefined>;
}
