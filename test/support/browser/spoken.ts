import type { Page } from 'playwright-core';
import { allAx, readAxTree, textOfAx } from './ax-tree.ts';

/** What a screen reader would announce by itself, and how urgently. */
export interface Spoken {
  role: 'status' | 'alert';
  /** `polite` waits until the reader has finished, `assertive` does not. */
  live: string;
  text: string;
}

/** Reads a page's live regions as assistive technology gets them; empty ones are left out. */
export function listenTo(page: Page): () => Promise<Spoken[]> {
  return async () => {
    const tree = await readAxTree(page);
    return (['status', 'alert'] as const).flatMap((role) =>
      allAx(tree, role).flatMap((node) => {
        const text = textOfAx(node);
        return text === '' ? [] : [{ role, live: String(node.states['live']), text }];
      }),
    );
  };
}
