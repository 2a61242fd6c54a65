import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A checkout in small: the real script and the real npm, one dependency that lies in the folder
 * itself, so that nothing is fetched. It bears Vite's name and writes what a build writes last. Its
 * workspace `test` has one more.
 */
const root = mkdtempSync(join(tmpdir(), 'masthead-prepare-'));
after(() => rmSync(root, { recursive: true }));
const at = (...parts: string[]) => join(root, ...parts);
const script = at('scripts', 'prepare.cjs');
const manifest = at('dist', 'client', 'manifest.json');

const hidden = at('node_modules', '.package-lock.json');
const lock = at('.cache', 'prepare.lock');
const CLIENT = ['client/parts/main.ts', 'client/parts/old.ts', 'client/parts', 'client'];
/** A hosting platform's setting that must not make the install skip development packages. */
const env = { ...process.env, NODE_ENV: 'production' };

const VITE = `
const fs = require('node:fs');
fs.mkdirSync('dist/client', { recursive: true });
fs.writeFileSync('dist/client/manifest.json', '{}');
`;

for (const folder of ['scripts', 'client/parts', 'vite/bin', 'test', 'tool']) {
  mkdirSync(at(folder), { recursive: true });
}
cpSync(join(import.meta.dirname, '..', '..', 'scripts', 'prepare.cjs'), script);
writeFileSync(at('vite', 'bin', 'vite.js'), VITE);
writeJson('vite/package.json', { name: 'vite', version: '1.0.0' });
writeJson('tool/package.json', { name: 'tool', version: '1.0.0' });
const small = { name: 'small', devDependencies: { vite: 'file:vite' }, workspaces: ['test'] };
const tested = { name: 'masthead-test', devDependencies: { tool: 'file:../tool' } };
writeJson('package.json', small);
writeJson('test/package.json', tested);
writeJson('package-lock.json', {
  name: 'small',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': small,
    'node_modules/masthead-test': { resolved: 'test', link: true },
    'node_modules/tool': { resolved: 'tool', link: true },
    'node_modules/vite': { resolved: 'vite', link: true },
    test: tested,
    tool: { version: '1.0.0', dev: true },
    vite: { version: '1.0.0', dev: true },
  },
});
writeFileSync(at('vite.config.ts'), '');
writeFileSync(at('client', 'parts', 'main.ts'), '');
writeFileSync(at('client', 'parts', 'old.ts'), '');

function writeJson(name: string, value: unknown): void {
  writeFileSync(at(...name.split('/')), JSON.stringify(value));
}

/** Everything was installed and built an hour ago from sources that are two hours old. */
function settle(): void {
  const sources = ['package-lock.json', 'vite.config.ts', ...CLIENT];
  for (const source of sources) if (existsSync(at(source))) age(at(source), 2);
  for (const made of [hidden, manifest]) age(made, 1);
}

function age(path: string, hours: number): void {
  const then = Date.now() / 1000 - hours * 3600;
  utimesSync(path, then, then);
}

function prepare(...args: string[]): {
  status: number | null;
  output: string;
  installed: boolean;
  built: boolean;
} {
  const [install, build] = [written(hidden), written(manifest)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env,
  });
  return {
    status,
    output: stdout + stderr,
    installed: written(hidden) !== install,
    built: written(manifest) !== build,
  };
}

function written(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

test('a fresh clone is installed and built, for production too', () => {
  assert.deepEqual(
    { ...prepare(), output: '' },
    { status: 0, output: '', installed: true, built: true },
  );
  assert.ok(existsSync(at('node_modules', 'vite', 'package.json')), 'a development package');
  assert.ok(!existsSync(at('node_modules', 'tool')), 'what only tests need');
});

test('what only tests need is added where it is asked for, and kept by later starts', () => {
  settle();
  assert.equal(prepare('all').status, 0);
  assert.ok(existsSync(at('node_modules', 'tool', 'package.json')));
  settle();
  const nothing = { status: 0, output: '', installed: false, built: false };
  for (const args of [['all'], []]) assert.deepEqual(prepare(...args), nothing);
});

test('with everything in place it does nothing and prints nothing', () => {
  settle();
  assert.deepEqual(prepare(), { status: 0, output: '', installed: false, built: false });
});

const CHANGES: [string, () => void, { installed: boolean; built: boolean }][] = [
  ['a newer lockfile', () => age(at('package-lock.json'), 0), { installed: true, built: true }],
  ['an install that was cut off', () => rmSync(hidden), { installed: true, built: false }],
  [
    'a changed client file',
    () => writeFileSync(at('client/parts/main.ts'), '//'),
    { installed: false, built: true },
  ],
  [
    'a removed client file',
    () => rmSync(at('client/parts/old.ts')),
    { installed: false, built: true },
  ],
  [
    'a changed Vite configuration',
    () => age(at('vite.config.ts'), 0),
    { installed: false, built: true },
  ],
  [
    'a removed build',
    () => rmSync(at('dist'), { recursive: true }),
    { installed: false, built: true },
  ],
];

for (const [change, make, expected] of CHANGES) {
  test(`${change} is repaired`, () => {
    settle();
    make();
    const { status, output, ...did } = prepare();
    assert.equal(status, 0, output);
    assert.deepEqual(did, expected);
  });
}

test('a start waits for another one that is installing, and finds the work done', async () => {
  settle();
  rmSync(manifest);
  writeFileSync(lock, String(process.pid));
  const start = spawn(process.execPath, [script], { env, stdio: 'ignore' });
  const end = once(start, 'exit');
  // Enough time for a start that does not wait to build.
  await sleep(500);
  assert.equal(existsSync(manifest), false);
  writeFileSync(manifest, 'by another');
  rmSync(lock);
  assert.deepEqual(await end, [0, null]);
  assert.equal(readFileSync(manifest, 'utf8'), 'by another');
});

test('a lock left by a killed start blocks nothing', () => {
  settle();
  rmSync(manifest);
  const dead = spawnSync(process.execPath, ['--version']).pid;
  writeFileSync(lock, String(dead));
  age(lock, 1);
  assert.deepEqual(prepare(), { status: 0, output: '', installed: false, built: true });
});

test('a build that fails fails the start, in a line that names it', () => {
  settle();
  rmSync(manifest);
  writeFileSync(at('vite', 'bin', 'vite.js'), 'process.exit(3)');
  const { status, output } = prepare();
  assert.equal(status, 1);
  assert.match(output, /^prepare: `.*build.*` failed\n$/);
});
