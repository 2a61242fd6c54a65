import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

test('docs/security.md names every test beside this one', () => {
  const document = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');
  const tests = globSync('test/security/*.test.ts', { cwd: ROOT });
  assert.ok(tests.length > 5);
  const unnamed = tests.filter((path) => !document.includes(`\`${path}\``));
  assert.deepEqual(unnamed, ['test/security/documented.test.ts']);
});
