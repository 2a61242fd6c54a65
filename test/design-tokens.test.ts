import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Accent, ACCENTS } from '../src/settings/definitions.ts';
import { PAPER } from '../src/views/faces/colours.ts';

const CLIENT = join(import.meta.dirname, '../client');
const TOKENS = 'styles/_tokens.scss';
const read = (file: string) => readFileSync(join(CLIENT, file), 'utf8');
const tokens = read(TOKENS);

const COLOUR = /#[\da-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|light-dark)a?\(/gi;
const NAMED =
  /:[^;{]*\b(?:white|black|gr[ae]y|red|green|blue|yellow|orange|purple|brown|pink|silver|gold)\b/gi;
const FONT = /(?:font-family|\bfont|\$[\w-]*font-family[\w-]*):(?! *(?:var\(--|inherit))[^;]+/gi;
const DURATION = /(?<![\w-])[\d.]+m?s\b/gi;

/** Values in a style sheet that should be tokens. */
function raw(scss: string): string[] {
  const rules = scss
    .replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '')
    // A font needs a name where it is declared.
    .replaceAll(/@font-face \{[^}]*\}/g, '');
  return [COLOUR, NAMED, FONT, DURATION].flatMap((kind) => rules.match(kind) ?? []);
}

test('colours, fonts and durations are in one file', () => {
  const files = globSync('**/*.scss', { cwd: CLIENT }).filter((file) => file !== TOKENS);
  assert.ok(files.length > 5 && files.includes('site.scss'));
  for (const file of files) assert.deepEqual(raw(read(file)), [], file);
  assert.ok(raw(tokens).length > 30);
});

test('values in the wrong file are found', () => {
  for (const rule of [
    'a { color: #fff }',
    'a { color: rgb(1 2 3) }',
    'a { border: 1px solid black; }',
    'a { font-family: serif; }',
    '$btn-font-family: Arial;',
    'a { transition: color .2s; }',
  ]) {
    assert.equal(raw(rule).length, 1, rule);
  }
  const fine = '.a-1s #main > .red { font: inherit; margin: 0 1em; color: var(--ink); } // #fff 1s';
  assert.deepEqual(raw(fine), []);
});

/** A token's two colours as `#rrggbb`; those that a group may choose, in this accent. */
function pair(name: string, accent: Accent = 'oxblood'): { light: string; dark: string } {
  const chosen = tokens.slice(tokens.indexOf(`[data-accent='${accent}']`)).split('}', 1)[0] ?? '';
  const values = /^(?:accent|fill)/.test(name) ? chosen : tokens;
  const value = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(values);
  const [, light, dark] = value ?? [];
  if (light === undefined || dark === undefined) throw new Error(`--${name} is not a pair`);
  return { light, dark };
}

test('what a browser paints around the pages has the colour of the paper', () => {
  assert.deepEqual(pair('paper'), PAPER);
  for (const [theme, paper] of Object.entries(PAPER)) {
    assert.ok(tokens.includes(`--paper-${theme}: ${paper};`), theme);
  }
});

/** Relative luminance as WCAG 2 defines it, for `#rrggbb`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Texts with their backgrounds (1.4.3), then edges and focus rings (1.4.11). */
const PAIRS: [number, string[], string[]][] = [
  [4.5, ['ink', 'quiet', 'accent', 'accent-strong', 'danger', 'good'], ['paper', 'field']],
  [4.5, ['ink', 'quiet'], ['wash']],
  [4.5, ['ink'], ['good-wash', 'danger-wash']],
  [3, ['edge', 'focus'], ['paper', 'field']],
];

test('the style sheet has the accents that can be set, and no others', () => {
  const named = [...tokens.matchAll(/\[data-accent='(\w+)'\]/g)].map(([, name]) => name);
  assert.deepEqual(named, [...ACCENTS]);
});

const THEMES = ['light', 'dark'] as const;

for (const [theme, accent] of THEMES.flatMap((one) =>
  ACCENTS.map((name) => [one, name] as const),
)) {
  test(`every text has enough contrast on each of its backgrounds, ${theme} ${accent}`, () => {
    const enough = (least: number, one: string, other: string, what: string) => {
      const got = contrast(one, other);
      assert.ok(got >= least, `${what}: ${got.toFixed(2)}`);
    };
    for (const [least, texts, grounds] of PAIRS) {
      for (const text of texts) {
        for (const ground of grounds) {
          enough(least, pair(text, accent)[theme], pair(ground)[theme], `${text} on ${ground}`);
        }
      }
    }
    for (const fill of ['fill', 'fill-strong', 'danger-fill']) {
      enough(4.5, '#ffffff', pair(fill, accent)[theme], `white on ${fill}`);
    }
  });
}
