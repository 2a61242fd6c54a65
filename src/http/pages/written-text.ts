import type { FastifyRequest } from 'fastify';

/** Fields that somebody may have typed much into. */
const FIELDS = ['title', 'content', 'reason', 'note'];

/** What was typed into a posted form that is refused as a whole, such as by somebody who may not post it any more. */
export function writtenText(request: FastifyRequest): string[] {
  if (request.method !== 'POST') return [];
  const { body } = request;
  if (typeof body !== 'object' || body === null) return [];
  return FIELDS.map((name) => (body as Record<string, unknown>)[name]).filter(
    (text): text is string => typeof text === 'string' && text.trim() !== '',
  );
}
