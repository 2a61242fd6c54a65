import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authorizationTable } from '../../scripts/authorization-table.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('docs/security.md names every test beside this one', () => {
  const document = read('docs/security.md');
  const tests = globSync('test/security/*.test.ts', { cwd: ROOT });
  assert.ok(tests.length > 5);
  const unnamed = tests.filter((path) => !document.includes(`\`${path}\``));
  assert.deepEqual(unnamed, []);
});

test('docs/authorization.md has the table that node scripts/authorization-table.ts writes', () => {
  assert.ok(read('docs/authorization.md').includes(authorizationTable()));
});

test('docs/security.md names a test in each line of its tables', () => {
  const lines = read('docs/security.md').split('\n');
  const rows = lines.filter((line) => line.startsWith('| ') && !/^\| (?:-|promise )/.test(line));
  assert.ok(rows.length > 60);
  const paths = /`((?:src|test)\/[\w./-]+\.test\.ts)`[^|]*\|$/;
  assert.deepEqual(
    rows.filter((row) => !paths.test(row)),
    [],
  );
});
