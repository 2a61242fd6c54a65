import type { Context } from '../context.ts';
import { ValidationError } from '../errors.ts';
import { namedPeople } from '../text/comments/mentions.ts';
import { renderCommentText } from '../text/renderer.ts';
import type { RenderedComment } from '../text/rendered.ts';
import { isBlank } from '../unicode/visible.ts';
import { LINKS_MAX, MENTIONS_MAX } from './comment.ts';
import { findPeople } from './writing.store.ts';

/** Renders what a comment is to say. Throws 422 if it shows nothing, or has too many links or mentions. */
export async function renderComment(
  { db }: Pick<Context, 'db'>,
  content: string,
): Promise<RenderedComment> {
  if (isBlank(content)) throw refused('content', content, 'A comment needs some text');
  const rendered = await renderCommentText(content, await findPeople(db, namedPeople(content)));
  const [links, mentions] = [rendered.links, rendered.mentioned.length];
  if (links > LINKS_MAX) {
    throw refused(
      'content',
      content,
      `A comment has at most ${LINKS_MAX} links, this one ${links}`,
    );
  }
  if (mentions > MENTIONS_MAX) {
    const msg = `A comment mentions at most ${MENTIONS_MAX} people, this one ${mentions}`;
    throw refused('content', content, msg);
  }
  return rendered;
}

/** A 422 for one field. */
export function refused(field: string, input: unknown, error: string): ValidationError {
  const msg = `Value error, ${error}`;
  return new ValidationError([
    { type: 'value_error', loc: ['body', field], msg, input, ctx: { error } },
  ]);
}
