import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { BUNDLED } from './bundled-libraries.ts';

const root = join(import.meta.dirname, '..', '..');
const FOLDER = join('src', 'runtime');
const FILE = join(FOLDER, 'resolve-hook.ts');
const CODE = `
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import fastify from 'fastify';
import pino from 'pino';
for (const one of [sql, LRUCache, fastify, pino]) if (typeof one !== 'function') throw new Error();
for (const library of ${JSON.stringify(BUNDLED)}) console.log(import.meta.resolve(library));`;

/** What is printed by this code in a process that has imported the module of this folder. */
async function printed(folder: string, code = CODE): Promise<string[]> {
  const flags = ['--preserve-symlinks', '--input-type=module', '--import', `./${FILE}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', code], {
    cwd: folder,
  });
  return stdout.trim().split('\n');
}

test('the libraries of every start are loaded from what the build makes of them', async () => {
  const built = BUNDLED.map((library) => join(root, 'dist', 'libraries', `${library}.js`));
  const urls = built.map((file) => pathToFileURL(file).href);
  assert.deepEqual(await printed(root), urls);
});

test('without a build they are loaded as npm installed them', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, FOLDER), { recursive: true });
  await cp(join(root, FOLDER), join(folder, FOLDER), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const url of await printed(folder)) assert.match(url, /\/node_modules\//);
});

test('a library that imports another one gets the version that npm installed for it', async (t) => {
  const folder = await temporaryFolder(t);
  const library = join(folder, 'node_modules', 'a-library');
  await cp(join(root, FOLDER), join(folder, FOLDER), { recursive: true });
  await mkdir(join(folder, 'dist', 'libraries'), { recursive: true });
  await mkdir(join(library, 'node_modules', 'pino'), { recursive: true });
  await writeFile(join(folder, 'dist', 'libraries', 'pino.js'), 'export default "bundled";');
  await writeFile(join(library, 'node_modules', 'pino', 'index.js'), 'module.exports = "its own";');
  await writeFile(join(library, 'index.mjs'), 'export { default } from "pino";');
  const code = `
    import ours from 'pino';
    import its from './node_modules/a-library/index.mjs';
    console.log([ours, its].join('\\n'));`;
  assert.deepEqual(await printed(folder, code), ['bundled', 'its own']);
});

test('our own modules are found by their names', async (t) => {
  const folder = await temporaryFolder(t);
  await cp(join(root, FOLDER), join(folder, FOLDER), { recursive: true });
  await writeFile(join(folder, 'one.ts'), `export { two as one } from './src/two.ts';`);
  await writeFile(join(folder, 'src', 'two.ts'), 'export const two: number = 2;');
  const code = `import { one } from './one.ts'; console.log(one);`;
  assert.deepEqual(await printed(folder, code), ['2']);
});
