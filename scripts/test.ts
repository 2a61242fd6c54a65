/** `npm test`: every test through Node's own runner; what is left out is named before the first result. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dropDatabase, makeTemplate } from '../test/support/postgres.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { onEachSetUp, SET_UPS } from './set-ups.ts';

const root = join(import.meta.dirname, '..');
const USAGE = `usage: npm test -- [--fast] [--skip-browser] [--only <part of a path>] [--database <name>]
  --fast          without test/browser and test/faults, on PostgreSQL only a few, on S3 none
  --skip-browser  without test/browser
  --only <text>   only the files whose path holds the text
  --database <text>  only the tests on sqlite, postgresql or s3 (SQLite, with pictures in a bucket)

TEST_DATABASE_URL names a PostgreSQL to use, by a role that may create databases, instead of one
that is started for the run.`;

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
      database: { type: 'string', default: '' },
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
  const setUps = SET_UPS.filter((name) => name.toLowerCase().includes(values.database));
  return { files: onEachSetUp(files, { setUps, fast: values.fast }), leftOut };
}

/** Resolves with the exit status. */
async function runTests(files: string[]): Promise<number> {
  await using postgres = await openPostgres();
  const options = [
    '--test',
    '--import=./test/support/deadline.ts',
    '--test-reporter=spec',
    `--test-timeout=${TIMEOUT_MS}`,
    `--test-concurrency=${CONCURRENCY}`,
  ];
  // What a file starts for all files of this run carries its name, and ends with this process.
  const run = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const runner = spawn(process.execPath, [...options, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...postgres.variables, TEST_RUN: run },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => runner.kill(signal));
  }
  const [status] = (await once(runner, 'exit')) as [number | null];
  return status ?? 1;
}

/** One server for the whole run, and in it a database that each test's is copied from. */
async function openPostgres() {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : undefined;
  const url = given ?? server?.url ?? '';
  try {
    const template = await makeTemplate(url);
    const close = () => server?.remove() ?? dropDatabase(url, template);
    const variables = { TEST_DATABASE_URL: url, TEST_DATABASE_TEMPLATE: template };
    return { variables, [Symbol.asyncDispose]: close };
  } catch (error) {
    await server?.remove();
    throw error;
  }
}

async function main(): Promise<void> {
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
  process.exitCode = await runTests(files);
}

await main();
