/** Milliseconds without a further change after which a change is announced. */
const PAUSE = 400;

/**
 * Announces words in a polite region after a short pause: the words for each pixel of a drag would
 * still be read out long after it.
 */
export function speaker(region: HTMLElement): {
  say: (words: () => string) => void;
  hush: () => void;
} {
  let waiting = 0;
  const hush = (): void => clearTimeout(waiting);
  return {
    hush,
    say: (words) => {
      hush();
      waiting = window.setTimeout(() => {
        const text = words();
        // A new node counts as a change even if its text is the same.
        if (text !== '') region.replaceChildren(document.createTextNode(text));
      }, PAUSE);
    },
  };
}
