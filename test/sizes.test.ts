import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** One numbered file for each step, which never changes, so that no folder below it would help. */
const GROWING = 'src/db/migrations';

/** Code and styles; tests beside what they test do not count towards their folder. */
const written = globSync('{src,client,test,scripts,bench}/**/*.{ts,cjs,scss}', { cwd: root })
  .filter((file) => !file.includes('node_modules'))
  .toSorted();

test('a folder holds 20 files at most', () => {
  const counted = written.filter((file) => file.startsWith('test/') || !file.endsWith('.test.ts'));
  const folders = Map.groupBy(counted, (file) => dirname(file));
  const crowded = [...folders].filter(([, inside]) => inside.length > 20);
  assert.deepEqual(
    crowded.map(([folder]) => folder),
    [GROWING],
  );
});

/** Lines of a file, at most. */
const LINES_MAX = 250;

test(`a file has ${LINES_MAX} lines at most`, () => {
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;
  assert.deepEqual(
    written.filter((file) => lines(file) > LINES_MAX),
    [],
  );
});
