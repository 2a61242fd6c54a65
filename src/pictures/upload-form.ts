import type { FastifyRequest } from 'fastify';
import { ValidationError } from '../errors.ts';
import { missing, type FieldError } from '../field-errors.ts';
import { mediaType } from '../http/body/content-type.ts';
import { readUploadBody, type Part } from '../http/body/multipart.ts';
import type { Upload } from '../images/upload.ts';

export interface UploadLimits {
  /** Bytes of the file. */
  max: number;
  /** Where a large file waits. */
  folder: string;
}

/** The fields of a form beside its file. */
interface Fields<T> {
  names: readonly string[];
  /** Adds an error for each field that is not valid. */
  read: (parts: Part[], errors: FieldError[]) => T;
}

/**
 * Reads a form with one file in the field `file`, and other fields, in any order; the caller must
 * discard the upload. Throws 422 with every wrong field, and as readUploadBody.
 */
export async function readUploadForm<T>(
  request: FastifyRequest,
  limits: UploadLimits,
  { names, read }: Fields<T>,
): Promise<{ upload: Upload; fields: T }> {
  const isForm = mediaType(request) === 'multipart/form-data';
  const body = isForm
    ? await readUploadBody(request, limits)
    : { parts: [], discard: async () => {} };
  const errors: FieldError[] = [];
  const upload = readFile(body.parts, names, errors);
  const fields = read(body.parts, errors);
  if (upload && errors.length === 0) return { upload, fields };
  await body.discard();
  throw new ValidationError(errors);
}

/** A file in an unknown field counts as a second file; one in a known field is an error of that field. */
function readFile(
  parts: Part[],
  names: readonly string[],
  errors: FieldError[],
): Upload | undefined {
  const part = parts.find(({ name }) => name === 'file');
  const others = parts.filter(
    (one) => one.name === 'file' || ('file' in one && !names.includes(one.name)),
  );
  if (part === undefined) errors.push(missing(['body', 'file'], null));
  else if (!('file' in part)) errors.push(wrong('file', 'expected a file'));
  else if (others.length > 1) errors.push(wrong('file', 'only one file is taken'));
  else return part.file;
  return undefined;
}

/** The only text of a field, '' if there is none, undefined after an error. */
export function readText(parts: Part[], name: string, errors: FieldError[]): string | undefined {
  const [part, ...others] = parts.filter((one) => one.name === name);
  if (part === undefined) return '';
  if (!('text' in part)) errors.push(wrong(name, 'expected a text'));
  else if (others.length > 0) errors.push(wrong(name, 'only one is taken'));
  else return part.text;
  return undefined;
}

function wrong(name: string, why: string): FieldError {
  return { type: 'value_error', loc: ['body', name], msg: `Value error, ${why}`, input: null };
}
