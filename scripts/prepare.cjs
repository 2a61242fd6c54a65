'use strict';
// Prepares a checkout for the npm scripts: installs the lockfile's dependencies and builds the client.
// With the argument `all` it also installs the workspace `test`: what tests, checks and benchmarks need.
// Plain JavaScript without dependencies, because on a fresh clone it runs on the machine's own Node
// (16 or later).

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const at = (...parts) => path.join(root, ...parts);
const bin = at('node_modules', '.bin');
const lockfile = at('package-lock.json');
const all = process.argv[2] === 'all';
const runsThisCode = Number(process.versions.node.split('.')[0]) >= 26;

/** Milliseconds since 1970; 0 if the path does not exist. Follows links, so a dangling one is 0. */
function modified(file) {
  try {
    return fs.statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/**
 * The newest time of a file, or of a folder and everything in it. Folders count, because their time
 * changes when a file is removed.
 */
function newest(file) {
  if (!modified(file) || !fs.statSync(file).isDirectory()) return modified(file);
  const inside = fs.readdirSync(file).map((name) => newest(path.join(file, name)));
  return Math.max(modified(file), ...inside);
}

/** npm writes the hidden lockfile last, so an interrupted install does not count. */
function isInstalled() {
  const installed = modified(at('node_modules', '.package-lock.json'));
  const hasRuntime = runsThisCode || modified(path.join(bin, 'node')) > 0;
  // `npm install <package>` writes both lockfiles within milliseconds, in either order.
  const upToDate = installed > 0 && installed + 1000 >= modified(lockfile);
  return upToDate && hasRuntime && (!all || modified(at('node_modules', 'masthead-test')) > 0);
}

/** The last build writes the manifest last. Without client sources there is nothing to build. */
function isBuilt() {
  if (!modified(at('vite.config.ts')) || !modified(at('client'))) return true;
  const sources = [
    at('client'),
    at('static'),
    at('vite.config.ts'),
    at('vite.libraries.ts'),
    at('src', 'runtime', 'bundled-libraries.ts'),
    at('scripts', 'narrow-fonts.ts'),
    at('src', 'views', 'assets.ts'),
    lockfile,
  ];
  return modified(at('dist', 'client', 'manifest.json')) > Math.max(...sources.map(newest));
}

function install() {
  // The pinned Node is in the folder that npm is about to remove, so npm must run on another.
  const outside = process.env.PATH.split(path.delimiter).filter(
    (folder) => path.resolve(folder) !== bin,
  );
  // swagger-ui-dist's install script reports usage. `allowScripts` blocks it, but older npm runs
  // it.
  const env = { PATH: outside.join(path.delimiter), SCARF_ANALYTICS: 'false' };
  // An older Node is fine here and needs no warning: the install brings the pinned one.
  run(
    'npm',
    ['ci', '--include=dev', `--workspaces=${all}`, '--include-workspace-root', '--loglevel=error'],
    env,
  );
  removeHeaders();
  if (!isInstalled()) {
    fail('`npm ci` did not install Node 26: allow install scripts, or run on Node 26 or later');
  }
}

/** The pinned Node brings a third of its size in C headers, for add-ons that nothing here compiles. */
function removeHeaders() {
  const pinned = at('node_modules', 'node', 'node_modules');
  if (!modified(pinned)) return;
  for (const name of fs.readdirSync(pinned)) {
    if (!name.startsWith('node-')) continue;
    fs.rmSync(path.join(pinned, name, 'include'), { recursive: true, force: true });
  }
}

function build() {
  const pinned = path.join(bin, 'node');
  const node = modified(pinned) ? pinned : process.execPath;
  const vite = [at('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'];
  run(node, [...vite, '--config', 'vite.libraries.ts']);
  run(node, vite);
}

/** The command's output goes to standard error: standard output belongs to the npm script. */
function run(command, args, env = {}) {
  const { error, status } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2],
  });
  if (error) fail(`${command} cannot be started: ${error.message}`);
  if (status !== 0) fail(`\`${[path.basename(command), ...args].join(' ')}\` failed`);
}

function fail(reason) {
  throw new Error(reason);
}

/** One at a time: two installs in one folder remove each other's files. */
function withLock(work) {
  const lock = at('.cache', 'prepare.lock');
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  while (!tryLock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  try {
    work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** A lock whose holder is gone (killed, or the machine restarted) is removed, and the next try succeeds. */
function tryLock(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const age = Date.now() - modified(lock);
  if (!holderLives(lock) && age > 1000) fs.rmSync(lock, { force: true });
  return false;
}

function holderLives(lock) {
  try {
    process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function prepare() {
  if (!isInstalled()) install();
  if (!isBuilt()) build();
}

if (!isInstalled() || !isBuilt()) {
  try {
    withLock(prepare);
  } catch (error) {
    console.error(`prepare: ${error.message}`);
    process.exitCode = 1;
  }
}
