import type { Context } from '../context.ts';
import { authorizeWriting } from '../auth/policy.ts';
import type { UserRow } from '../db/schema.ts';
import { TooManyRequests } from '../errors.ts';
import { renderOwn } from '../pictures/posts/picture-uses.service.ts';
import type { Format, Rendered } from '../text/rendered.ts';

/**
 * Renders a text for its writer and stores nothing. Throws 403 for those who may not write, TooManyRequests while this
 * person's previous preview is being rendered, and Unavailable.
 */
export type PreviewText = (
  writer: UserRow,
  text: { content: string; format: Format },
) => Promise<Rendered>;

/** One at a time for each person, so that nobody fills the renderer's queue, in which posts wait too. */
export function createPreviews(deps: Pick<Context, 'db'>): PreviewText {
  const busy = new Set<number>();
  return async (writer, { content, format }) => {
    authorizeWriting(writer);
    const { id } = writer;
    if (busy.has(id)) throw new TooManyRequests(1);
    busy.add(id);
    try {
      return await renderOwn(deps, { author: id, content, format });
    } finally {
      busy.delete(id);
    }
  };
}
