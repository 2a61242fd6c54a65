import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configTable, envExample } from '../scripts/config-table.ts';
import { DEFAULTS, SETTING_NAMES } from '../src/settings/definitions.ts';

const root = join(import.meta.dirname, '..');

test('docs/configuration.md has the table that node scripts/config-table.ts prints', () => {
  assert.ok(readFileSync(join(root, 'docs/configuration.md'), 'utf8').includes(configTable()));
});

test('.env.example names every variable with its default', () => {
  assert.equal(readFileSync(join(root, '.env.example'), 'utf8'), envExample());
});

test('docs/configuration.md has each setting with its default', () => {
  const [, text = ''] = readFileSync(join(root, 'docs/configuration.md'), 'utf8').split(
    '| setting ',
  );
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const name of SETTING_NAMES) {
    const [row] = rows.filter(([, first]) => first === `\`${name}\``);
    const { [name]: byDefault } = DEFAULTS;
    assert.equal(row?.at(-2), byDefault === '' ? '' : `\`${byDefault}\``, name);
  }
});
