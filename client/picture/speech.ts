/** Milliseconds without a further change after which a change is said. */
const PAUSE = 400;

/**
 * Says words in a polite region once nothing new came for a moment: what is said for each pixel of a
 * drag would still be read out long after it.
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
        const said = words();
        // A new node is a change also when it says the same as before.
        if (said !== '') region.replaceChildren(document.createTextNode(said));
      }, PAUSE);
    },
  };
}
