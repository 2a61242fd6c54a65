import { countWords, minutesOf } from '../../src/text/words.ts';

/** How long after the last key the words are counted; milliseconds. */
const REST = 400;
/** Characters up to which they are counted here; of a longer text the preview tells. */
const COUNTED_MAX = 200_000;

/** Shows how many words a text has and how long reading it takes. */
interface Words {
  /** The text has changed. */
  later: () => void;
  /** The server has counted. */
  show: (words: number, minutes: number) => void;
}

export function tellWords(
  area: HTMLTextAreaElement,
  place: Element | null,
  isMarkdown: () => boolean,
): Words {
  let timer: number | undefined;
  const show = (words: number, minutes: number): void => {
    clearTimeout(timer);
    if (place)
      place.textContent = words === 0 ? '' : `${count(words, 'word')}, ${count(minutes, 'minute')}`;
  };
  const tell = (): void => {
    if (area.textLength > COUNTED_MAX) return;
    // Addresses of links are not read.
    const text = isMarkdown() ? area.value.replaceAll(/\]\([^)\s]*\)/g, ']') : area.value;
    const words = countWords(text);
    show(words, minutesOf(words));
  };
  tell();
  return {
    show,
    later: () => {
      clearTimeout(timer);
      timer = window.setTimeout(tell, REST);
    },
  };
}

function count(number: number, unit: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? unit : `${unit}s`}`;
}
