import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const FILE = join('src', 'runtime', 'bundled-libraries.ts');
const CODE = `
import { sql, Kysely } from 'kysely';
import Type from 'typebox';
console.log(import.meta.resolve('kysely'), import.meta.resolve('typebox'), typeof sql, typeof Kysely, Type.String().type);`;

/** What `CODE` prints in a process that has imported the module of this folder. */
async function printed(folder: string): Promise<string[]> {
  const flags = ['--preserve-symlinks', '--input-type=module', '--import', `./${FILE}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', CODE], {
    cwd: folder,
  });
  return stdout.trim().split(' ');
}

test('TypeBox and Kysely are loaded from what the build makes of them', async () => {
  const built = ['kysely.js', 'typebox.js'].map((file) => join(root, 'dist', 'libraries', file));
  const urls = built.map((file) => pathToFileURL(file).href);
  assert.deepEqual(await printed(root), [...urls, 'function', 'function', 'string']);
});

test('without a build they are loaded as npm installed them', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, dirname(FILE)), { recursive: true });
  await cp(join(root, FILE), join(folder, FILE));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const [kysely, typebox, ...kinds] = await printed(folder);
  for (const url of [kysely, typebox]) assert.match(url ?? '', /node_modules/);
  assert.deepEqual(kinds, ['function', 'function', 'string']);
});
