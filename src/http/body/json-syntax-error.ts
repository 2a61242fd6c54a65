/** Where and why a text stops being JSON; `offset` counts code points. */
interface JsonError {
  offset: number;
  message: string;
}

class Stop extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The longest beginning of a number, to find where an invalid one goes wrong. */
const NUMBER_START = /-?(?:(?:0|[1-9]\d*)(?:\.(?:\d+(?:[eE][+-]?\d*)?)?|[eE][+-]?\d*)?)?/y;
const LITERALS = ['true', 'false', 'null'];

/**
 * Finds the first character that cannot continue the JSON, or the text's length if it is cut short.
 * `JSON.parse` refuses the same texts but does not report the position reliably; this runs after
 * it. Nesting is kept in a list, because recursion would overflow on hostile depth.
 */
export function findJsonError(text: string): JsonError {
  try {
    scanDocument(text);
  } catch (error) {
    if (error instanceof Stop)
      return { offset: codePoints(text, error.at), message: error.message };
    throw error;
  }
  return { offset: 0, message: 'Expecting value' };
}

function scanDocument(text: string): void {
  const open: ('{' | '[')[] = [];
  let at = match(SPACE, text, 0);
  for (;;) {
    // A value must begin at `at`.
    const first = text[at];
    if (first === '{' || first === '[') {
      at = match(SPACE, text, at + 1);
      if (text[at] !== (first === '{' ? '}' : ']')) {
        open.push(first);
        if (first === '{') at = scanKey(text, at);
        continue;
      }
      at += 1;
    } else {
      at = scanScalar(text, at);
    }
    // A value has ended; close what closes, up to the next comma.
    for (;;) {
      at = match(SPACE, text, at);
      const inside = open.at(-1);
      if (inside === undefined) {
        if (at < text.length) throw new Stop(at, 'Extra data');
        return;
      }
      if (text[at] === ',') {
        at = match(SPACE, text, at + 1);
        if (inside === '{') at = scanKey(text, at);
        break;
      }
      if (text[at] !== (inside === '{' ? '}' : ']')) throw new Stop(at, "Expecting ',' delimiter");
      open.pop();
      at += 1;
    }
  }
}

function scanKey(text: string, at: number): number {
  if (text[at] !== '"') throw new Stop(at, 'Expecting property name enclosed in double quotes');
  const colon = match(SPACE, text, scanString(text, at));
  if (text[colon] !== ':') throw new Stop(colon, "Expecting ':' delimiter");
  return match(SPACE, text, colon + 1);
}

function scanScalar(text: string, at: number): number {
  if (text[at] === '"') return scanString(text, at);
  const number = match(NUMBER, text, at);
  if (number > at) {
    const begun = match(NUMBER_START, text, at);
    if (begun > number) throw new Stop(begun, 'Invalid number');
    return number;
  }
  if (text[at] === '-') throw new Stop(at + 1, 'Invalid number');
  const literal = LITERALS.find((word) => word[0] === text[at]);
  if (literal === undefined) throw new Stop(at, 'Expecting value');
  for (let i = 1; i < literal.length; i++) {
    if (text[at + i] !== literal[i]) throw new Stop(at + i, 'Expecting value');
  }
  return at + literal.length;
}

function scanString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) return at + 1;
    if (char < 0x20) throw new Stop(at, 'Invalid control character');
    if (char !== 0x5c) continue;
    at += 1;
    if (text[at] === 'u') {
      for (const end = at + 4; at < end; at++) {
        if (at + 1 >= text.length) throw new Stop(text.length, 'Unterminated string');
        if (!isHexDigit(text.charCodeAt(at + 1))) throw new Stop(at + 1, 'Invalid \\uXXXX escape');
      }
    } else if (at < text.length && !'"\\/bfnrt'.includes(text[at] ?? '')) {
      throw new Stop(at, 'Invalid \\escape');
    }
  }
  throw new Stop(text.length, 'Unterminated string');
}

function isHexDigit(char: number): boolean {
  const lower = char | 0x20;
  return (char >= 0x30 && char <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Code points before the UTF-16 index `end`. */
export function codePoints(text: string, end: number): number {
  let count = 0;
  for (let at = 0; at < end; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
