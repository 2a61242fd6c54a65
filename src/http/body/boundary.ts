import { HttpError } from '../../errors.ts';

/** One parameter of a Content-Type, or nothing between two semicolons; quoted values without quotes. */
const PARAMETER = /\s*;\s*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))\s*)?/y;
/** RFC 2046 allows 70 characters, not ending with a space; some forbidden ones are in use. */
const BOUNDARY = /^[ !#-[\]-~]{0,69}[!#-[\]-~]$/;

/** The boundary that a multipart type names; throws 400 for none, two, an invalid one, or junk beside it. */
export function boundaryOf(contentType: string): string {
  const found: string[] = [];
  // Not with one regular expression that begins with spaces: with many spaces it takes half a
  // second.
  const [type = ''] = contentType.split(';', 1);
  for (let at = type.trimEnd().length; at < contentType.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const [whole, name, quoted, plain = ''] = PARAMETER.exec(contentType) ?? [];
    if (whole === undefined) throw malformed();
    if (name?.toLowerCase() === 'boundary') found.push(quoted ?? plain);
  }
  const [boundary = ''] = found;
  if (found.length !== 1 || !BOUNDARY.test(boundary)) throw malformed();
  return boundary;
}

/** 400: the body is not valid multipart. */
export const malformed = (cause?: unknown) =>
  new HttpError(400, 'There was an error parsing the body', { cause });
