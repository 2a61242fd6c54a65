import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { VARIABLES } from '../src/config/variables.ts';
import { DECISIONS } from './security/decisions.ts';

// test/architecture.test.ts checks the paths and links of documents.

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** Those that say what is; decisions and measurements say what was. */
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']
  .concat(globSync('docs/*.md', { cwd: root }))
  .toSorted();

/** Asserts that the first group of every match in the documents is known; there are `least` of them. */
function assertKnown(pattern: RegExp, least: number, known: (name: string) => boolean): void {
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(pattern)].map(([, name = '']) => ({ document, name })),
  );
  assert.ok(named.length >= least, `${named.length} are found`);
  assert.deepEqual(
    named.filter(({ name }) => !known(name)),
    [],
  );
}

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
  assertKnown(/\bnpm run ([a-z]+)/g, 20, (name) => Object.hasOwn(scripts, name));
});

test('every command that a document names is in the usage', () => {
  const usage = read('src/cli/run.ts');
  assertKnown(/`masthead ((?:media|user|post) [a-z-]+|[a-z]+)/g, 20, (name) =>
    usage.includes(`\n  ${name} `),
  );
});

test('every variable that a document names exists', () => {
  // Of tests, of tools, of systemd, of the original blog, and one that was removed.
  const foreign =
    /^(?:TEST_\w+|CHROMIUM_PATH|MALLOC_\w+|NODE_\w+|UV_\w+|TMPDIR|SQLITE_TMPDIR|DATABASE_REPLICA_URL|X_.*)$/;
  assertKnown(/`([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?:=[^`]*)?`/g, 50, (name) => {
    return Object.hasOwn(VARIABLES, name) || foreign.test(name);
  });
});

test('every route that a document names exists', () => {
  const routes = Object.keys(DECISIONS).map((route) => route.replaceAll(/:\w+|\{\w+\}/g, ':'));
  assertKnown(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^` ?]*)[^`]*`/g, 20, (name) =>
    routes.includes(name.replaceAll(/:\w+|\{\w+\}/g, ':')),
  );
});

test('every heading that a link leads to exists', () => {
  for (const document of [...documents, 'CHANGELOG.md']) {
    for (const [, file = '', id] of read(document).matchAll(/\]\(([\w./-]*)#([\w-]+)\)/g)) {
      const text = read(file === '' ? document : join(dirname(document), file));
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} -]/gu, '')
          .replaceAll(' ', '-'),
      );
      assert.ok(headings.includes(id ?? ''), `${document} links to ${file}#${id}`);
    }
  }
});

test('README has 80 lines at most', () => {
  const lines = read('README.md').trim().split('\n').length;
  assert.ok(lines <= 80, String(lines));
});
