import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configTable, envExample } from '../scripts/config-table.ts';

const root = join(import.meta.dirname, '..');

test('docs/configuration.md has the table that node scripts/config-table.ts prints', () => {
  assert.ok(readFileSync(join(root, 'docs/configuration.md'), 'utf8').includes(configTable()));
});

test('.env.example names every variable with its default', () => {
  assert.equal(readFileSync(join(root, '.env.example'), 'utf8'), envExample());
});
