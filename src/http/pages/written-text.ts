import type { FastifyRequest } from 'fastify';

/** Fields that may hold long texts. */
const FIELDS = ['title', 'content', 'reason', 'note'];

/**
 * The long texts of a posted form that is refused as a whole, for example because its sender may no
 * longer post it.
 */
export function writtenText(request: FastifyRequest): string[] {
  if (request.method !== 'POST') return [];
  const { body } = request;
  if (typeof body !== 'object' || body === null) return [];
  return FIELDS.map((name) => (body as Record<string, unknown>)[name]).filter(
    (text): text is string => typeof text === 'string' && text.trim() !== '',
  );
}
