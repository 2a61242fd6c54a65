import type { FastifyRequest } from 'fastify';

/**
 * Removes spaces around the name in a posted form: nobody sees them, and a name must not have any.
 * A name that is `stored` with them stays unchanged.
 */
export function trimUsername(request: FastifyRequest, stored?: string): void {
  const fields = request.body as Record<string, string> | undefined;
  if (fields?.['username'] === undefined || fields['username'] === stored) return;
  request.body = { ...fields, username: fields['username'].trim() };
}

/**
 * Turns each line break of a field into one character, because browsers send two and the length
 * counts one.
 */
export function unifyLineBreaks(request: FastifyRequest, name: string): void {
  const fields = request.body as Record<string, string> | undefined;
  const text = fields?.[name];
  if (text !== undefined) request.body = { ...fields, [name]: text.replaceAll('\r\n', '\n') };
}
