import type { UserRow } from '../db/schema.ts';
import { TooManyRequests } from '../errors.ts';
import type { Format, Rendered } from '../text/rendered.ts';
import { renderText } from '../text/renderer.ts';

/**
 * Renders a text for its writer and stores nothing. Throws TooManyRequests while this person's previous preview is being
 * rendered, and Unavailable.
 */
export type PreviewText = (
  writer: UserRow,
  text: { content: string; format: Format },
) => Promise<Rendered>;

/** One at a time for each person, so that nobody fills the renderer's queue, in which posts wait too. */
export function createPreviews(): PreviewText {
  const busy = new Set<number>();
  return async ({ id }, { content, format }) => {
    if (busy.has(id)) throw new TooManyRequests(1);
    busy.add(id);
    try {
      return await renderText(content, format);
    } finally {
      busy.delete(id);
    }
  };
}
