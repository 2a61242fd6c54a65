import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** A `.env` file as it was written, and what was understood of it. */
export interface DotEnv {
  /** By name, in upper case: the original blog reads names in any case, so this does. */
  values: Record<string, string>;
  /**
   * Lines that are not `NAME=value`: their numbers, from 1, and how they begin, if that could be a
   * name.
   */
  strayLines: { number: number; begins: string }[];
  /** Whether some bytes are not text of the file's encoding. */
  damaged: boolean;
}

/** The file `.env` in this folder, in UTF-8 or UTF-16; undefined if there is none. */
export function readDotEnv(folder: string): DotEnv | undefined {
  const file = join(folder, '.env');
  if (!existsSync(file)) return undefined;
  const text = decode(readFileSync(file));
  const pairs = Object.entries(parseEnv(text));
  return {
    values: Object.fromEntries(pairs.map(([name, value]) => [name.toUpperCase(), value ?? ''])),
    strayLines: findStrayLines(text),
    damaged: text.includes('\uFFFD'),
  };
}

/** Editors and shells of Windows write UTF-16, and a byte order mark, which the decoder takes away. */
function decode(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Buffer): string {
  // A mark, or the zero byte beside each letter of a name.
  if ((first === 0xfe && second === 0xff) || first === 0) return 'utf-16be';
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  return 'utf-8';
}

const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*)$/;

function findStrayLines(text: string): DotEnv['strayLines'] {
  const lines = text.split(/\r\n|\n/);
  const stray: DotEnv['strayLines'] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const value = ASSIGNMENT.exec(line)?.[1];
    if (value !== undefined) at = endOfValue(lines, at, value);
    else if (!/^\s*(?:#|$)/.test(line)) {
      const begins = /^\s*(?:export\s+)?([A-Za-z_]\w*)/.exec(line)?.[1] ?? '';
      stray.push({ number: at + 1, begins });
    }
  }
  return stray;
}

/** The index of the last line of a value that begins on line `at`: one in quotes may have several. */
function endOfValue(lines: readonly string[], at: number, value: string): number {
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote === undefined || value.includes(quote, 1)) return at;
  const end = lines.findIndex((line, index) => index > at && line.includes(quote));
  return end < 0 ? at : end;
}
