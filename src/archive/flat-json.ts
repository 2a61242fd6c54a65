const QUOTE = '"';
const BACKSLASH = '\\';

/**
 * Whether a line can be a row with this many columns: one object without nested values, with at
 * most two strings for each column. Anything else could take twenty times its size in memory when
 * JSON.parse reads it.
 */
export function isFlat(line: string, columns: number): boolean {
  let at = 0;
  for (let strings = 0; ; strings++) {
    const opening = line.indexOf(QUOTE, at);
    const between = line.slice(at, opening === -1 ? line.length : opening);
    if (between.includes('[') || between.includes('{', at === 0 ? 1 : 0)) return false;
    if (opening === -1) return true;
    const closing = closingQuote(line, opening);
    if (closing === -1 || strings === 2 * columns) return false;
    at = closing + 1;
  }
}

/** The index of the quote that ends the string beginning at `opening`; -1 if none does. */
function closingQuote(line: string, opening: number): number {
  let at = opening;
  let escapes: number;
  do {
    at = line.indexOf(QUOTE, at + 1);
    if (at === -1) return -1;
    escapes = 0;
    while (line[at - 1 - escapes] === BACKSLASH) escapes++;
  } while (escapes % 2 === 1);
  return at;
}
