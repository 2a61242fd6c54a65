/** `npm test`: every test through Node's own runner; what is left out is named before the first result. */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const USAGE = `usage: npm test -- [--fast] [--skip-browser] [--only <part of a path>]
  --fast          without test/browser and test/faults
  --skip-browser  without test/browser
  --only <text>   only the files whose path holds the text`;

/** Long enough for a first run that installs Chromium; a test that hangs ends, and the run with it. */
const TIMEOUT_MS = 5 * 60_000;

/** Many tests wait for servers and children, so two files at once pay even on one core. */
const CONCURRENCY = Math.max(2, Math.min(availableParallelism(), 4));

interface Choice {
  files: string[];
  leftOut: string[];
}

/** Throws TypeError for arguments it does not know. */
function choose(args: string[]): Choice {
  const { values } = parseArgs({
    args,
    options: {
      fast: { type: 'boolean', default: false },
      'skip-browser': { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const leftOut = [
    ...(values.fast || values['skip-browser'] ? ['test/browser'] : []),
    ...(values.fast ? ['test/faults'] : []),
  ];
  const files = globSync('{client,src,test}/**/*.test.ts', { cwd: root })
    .filter((file) => !leftOut.some((folder) => file.startsWith(`${folder}/`)))
    .filter((file) => file.includes(values.only))
    .toSorted();
  return { files, leftOut };
}

function runTests(files: string[]): void {
  const options = [
    '--test',
    '--import=./test/support/deadline.ts',
    '--test-reporter=spec',
    `--test-timeout=${TIMEOUT_MS}`,
    `--test-concurrency=${CONCURRENCY}`,
  ];
  const runner = spawn(process.execPath, [...options, ...files], { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => runner.kill(signal));
  }
  runner.on('exit', (status) => {
    process.exitCode = status ?? 1;
  });
}

function main(): void {
  let choice: Choice;
  try {
    choice = choose(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const { files, leftOut } = choice;
  if (leftOut.length > 0) console.log(`Left out: ${leftOut.join(', ')}`);
  if (files.length === 0) {
    console.error('No test file matches');
    process.exitCode = 1;
    return;
  }
  console.log(`Running ${files.length} test files, ${CONCURRENCY} at once`);
  runTests(files);
}

main();
