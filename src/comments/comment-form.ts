import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { validateObject } from '../http/validation/validate.ts';
import { CommentCreate } from './comment.ts';
import { isAnchor } from './paragraphs.ts';

const Text = Type.Object({ content: CommentCreate.properties.content });

const bodyOf = (request: FastifyRequest) =>
  (request.body ?? {}) as Record<string, string | undefined>;

/** The text in a posted form. Throws 422. */
export function readText(request: FastifyRequest): { content: string } {
  const content = bodyOf(request)['content']?.replaceAll('\r\n', '\n');
  return validateObject(Text, content === undefined ? {} : { content });
}

/** What the form for a comment says. Throws 422. */
export function readWritten(request: FastifyRequest) {
  const { parent_id: parent = '', form_key: key = '', about = '' } = bodyOf(request);
  const parent_id = readId(parent) ?? null;
  return {
    ...readText(request),
    parent_id,
    // A reply is about the comment, not about a paragraph.
    anchor: parent_id === null && isAnchor(about) ? about : null,
    // Our keys are UUIDs; anything else would only waste space in the index.
    formKey: /^[\da-f-]{36}$/.test(key) ? key : null,
  };
}

/** An id in an address or a form; undefined for anything else. */
export function readId(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
