import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkSync } from 'recheck';
import { parseAst } from 'vite';

const root = join(import.meta.dirname, '../..');

/**
 * Those that take time quadratic in the length of what they read, or whose time is not known, and why
 * nobody can send them enough to notice.
 */
const BOUNDED: Record<string, string> = {
  [String.raw`/!\[((?:\\.|[^\\[\]])*)\]\(\/pictures\/([1-9]\d{0,14})(?:\s+"((?:\\.|[^"\\])*)")?\s*\)/gs`]:
    'each part ends where the next could begin',
  [String.raw`/-+$/`]: 'an address has 60 graphemes',
  [String.raw`/^\s*(\S.{0,39}?)\s+(\S{1,300})\s*$/u`]: 'a line of a setting, which owners write',
  [String.raw`/.*\//`]: 'the name of a thread',
  [String.raw`/%.*$/`]: 'the address of a connection',
  [String.raw`/\S*$/`]: 'at most 200 characters',
  [String.raw`/\s+\S*$/`]: 'the beginning of a paragraph: 60 characters',
  [String.raw`/\s*[\r\n]+\s*/g`]: 'a title of a draft, checked before: 1,000 characters',
  [String.raw`/^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*)$/`]: 'the file .env',
  [String.raw`/\/+$/`]: 'a variable of the environment',
  [String.raw`/=+$/`]: 'a tag or salt of a password',
  [String.raw`/^[^\s@]+@[^\s@]+\.[^\s@]+$/`]: 'a field of the browser it runs in',
  [String.raw`/\]\([^)\s]*\)/g`]: 'only in the browser of who wrote the text',
  [String.raw`/[\p{L}\p{N}\p{M}_'’]*$/u`]: 'only in the browser of who writes the text',
  [String.raw`/[[\p{M}&&[\p{sc=Inherited}\p{sc=Hebrew}\p{sc=Arabic}]]--[\u3099\u309A]]/gv`]:
    'one character of a set that the checker cannot read',
};

/** How many of the code are made while it runs. Whoever adds one looks at it: the checker does not see them. */
const MADE_WHILE_RUNNING: Record<string, number> = {
  'src/auth/passwords.ts': 1,
  'src/drafts/form/together.ts': 1,
  'src/drafts/share/shared-pictures.service.ts': 1,
  'src/http/not-found.ts': 1,
  'src/http/validation/check-field.ts': 1,
  'src/unicode/visible.ts': 2,
  'src/views/stored-markup.ts': 2,
};

const written = new Map<string, string>();
const made: Record<string, number> = {};

for (const file of ['src', 'client'].flatMap((folder) =>
  globSync(`${folder}/**/*.ts`, { cwd: root }),
)) {
  if (/\.(?:test|d)\.ts$/.test(file)) continue;
  collect(parseAst(readFileSync(join(root, file), 'utf8'), { lang: 'ts' }), file);
}

function collect(node: unknown, file: string): void {
  if (typeof node !== 'object' || node === null) return;
  const { regex, type, callee } = node as {
    regex?: { pattern: string; flags: string };
    type?: string;
    callee?: { name?: string };
  };
  if (regex) written.set(`/${regex.pattern}/${regex.flags}`, file);
  if (type === 'NewExpression' && callee?.name === 'RegExp') made[file] = (made[file] ?? 0) + 1;
  for (const part of Object.values(node)) collect(part, file);
}

test('no regular expression takes long for a text that is made to slow it down', () => {
  assert.ok(written.size > 200, 'they are found at all');
  const slow: string[] = [];
  for (const [expression, file] of written) {
    if (Object.hasOwn(BOUNDED, expression)) continue;
    const end = expression.lastIndexOf('/');
    const checked = checkSync(expression.slice(1, end), expression.slice(end + 1), {
      timeout: 120_000,
      // By default an attack that takes more than a second counts as one that succeeds, also on a busy machine.
      attackTimeout: 60_000,
    });
    if (checked.status === 'safe') continue;
    const how = checked.status === 'vulnerable' ? checked.complexity.summary : 'not known';
    slow.push(`${file}: ${expression}: ${how}`);
  }
  assert.deepEqual(slow, []);
});

test('each exception is of an expression that is there', () => {
  assert.deepEqual(
    Object.keys(BOUNDED).filter((expression) => !written.has(expression)),
    [],
  );
  assert.deepEqual(made, MADE_WHILE_RUNNING);
});
