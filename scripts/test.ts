/** `npm test`: every test, with Node's own runner; what is left out is named first. */
import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { onEachSetUp, SET_UPS, type TestFile } from './set-ups.ts';
import { watchFiles } from './slowest-files.ts';
import {
  alone,
  planProcesses,
  removeEntries,
  type TestProcess,
  watchProcesses,
} from './test-processes.ts';

const root = join(import.meta.dirname, '..');
const USAGE = `usage: npm test -- [--fast] [--skip-browser] [--only <part of a path>] [--database <name>]
  --fast          without what is slow; on PostgreSQL only a few, on S3 none
  --skip-browser  without test/browser
  --only <text>   only the files whose path contains the text
  --database <text>  only the tests on sqlite, postgresql or s3 (SQLite, with pictures in a bucket)

TEST_DATABASE_URL names a PostgreSQL to use instead of one that is started for the run; its role must
be allowed to create databases.`;

/** Long enough for a first run that installs Chromium; a test that hangs is ended, and the run fails. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Processes at once: four more than there are cores, because many tests wait for servers and children. With two more,
 * a quarter of two cores was never used.
 */
const AT_ONCE = Math.min(availableParallelism() + 4, 8);

/** What a file starts for all files of this run has this name, and ends with this process. */
const TEST_RUN = `${process.pid}-${randomBytes(4).toString('hex')}`;

const BROWSER = ['test/browser/'];
/** What `npm run check` has no time for: it is to take less than 90 seconds on two cores. */
const SLOW = [
  ...BROWSER,
  'src/archive/unpack.test.ts',
  // Real hashes of passwords.
  'src/auth/passwords.test.ts',
  'src/db/postgres/open.test.ts',
  'src/images/crop.test.ts',
  'src/images/pool/misbehaving-workers.test.ts',
  'src/images/pool/pool.test.ts',
  'src/images/worker/render-whole.test.ts',
  'test/commands/',
  'test/contracts/media-store.s3.test.ts',
  'test/contracts/skewed-plans.test.ts',
  'test/contracts/upgrade.test.ts',
  'test/faults/',
  'test/flows/drafts/composer.test.ts',
  'test/flows/account/download.test.ts',
  'test/flows/feeds/feeds.test.ts',
  'test/flows/feeds/feeds-changes.test.ts',
  'test/flows/admin/mail-queue.test.ts',
  'test/flows/admin/mail-nodes.test.ts',
  'test/flows/http/metrics.test.ts',
  'test/flows/http/never-stale.test.ts',
  'test/flows/account/owner-link.test.ts',
  'test/flows/account/last-owner.test.ts',
  'test/flows/account/pages-email.test.ts',
  'test/flows/account/email-link.test.ts',
  'test/flows/account/passwords/reset-tokens.test.ts',
  'test/flows/pictures/picture-early.test.ts',
  'test/flows/pictures/picture-races.test.ts',
  'test/flows/pictures/post-pictures.test.ts',
  'test/flows/pictures/unpublished-pictures.test.ts',
  'test/flows/http/rate-limits.test.ts',
  'test/flows/search/search-order.test.ts',
  'test/hostile/',
  'test/security/long-input.test.ts',
  'test/security/readers/members-only.test.ts',
  'test/security/readers/readers-crawl.test.ts',
  'test/security/readers/readers-nodes.test.ts',
  'test/security/regular-expressions.test.ts',
  'test/security/roles.test.ts',
  'test/security/secrets-at-rest.test.ts',
];

interface Choice {
  files: TestFile[];
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
  const leftOut = values.fast ? SLOW : values['skip-browser'] ? BROWSER : [];
  const files = ['test', 'src', 'client']
    .flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root }).toSorted())
    .filter((file) => !leftOut.some((path) => file.startsWith(path)))
    .filter((file) => file.includes(values.only));
  const setUps = SET_UPS.filter((name) => name.toLowerCase().includes(values.database));
  return { files: onEachSetUp(files, { setUps, fast: values.fast }), leftOut };
}

/** Resolves to whether all tests passed, and to the files that still have to be run alone. */
async function runTests(processes: TestProcess[]): Promise<{ passed: boolean; again: TestFile[] }> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());
  const events = run({
    files: processes.map(({ entry }) => entry),
    cwd: root,
    concurrency: AT_ONCE,
    signal: stopped.signal,
    execArgv: [
      // No module is behind a symbolic link: npm makes none.
      '--preserve-symlinks',
      '--preserve-symlinks-main',
      // Buffers of pictures would have a heap of 40 MB collected again and again, for a tenth of such a process's time.
      '--initial-old-space-size=256',
      // The first one comes before whatever loads node:test.
      '--import=./test/support/processes/tracking.ts',
      '--import=./src/runtime/resolve-hook.ts',
      '--import=./test/support/deadline.ts',
      `--test-timeout=${TIMEOUT_MS}`,
    ],
    env: {
      ...process.env,
      // Servers and tests load the same modules, so they share the compile cache.
      NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
      TEST_RUN,
    },
  });
  let passed = true;
  events.on('test:fail', () => (passed = false));
  const unexplained = watchProcesses(events, processes);
  const slowest = watchFiles(events);
  await pipeline(events, new spec(), process.stdout, { end: false });
  console.log(slowest());
  return { passed, again: stopped.signal.aborted ? [] : unexplained() };
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
  const processes = planProcesses(files);
  console.log(
    `Running ${files.length} test files in ${processes.length} processes, ${AT_ONCE} at once`,
  );
  process.once('exit', removeEntries);
  if (files.some(({ setUp }) => setUp === 'S3')) void startS3();
  const { passed, again } = await runTests(processes);
  process.exitCode = passed ? 0 : 1;
  if (again.length === 0) return;
  console.log('A process ended early or failed without a failed test; its files run again, alone');
  await runTests(again.map(alone));
}

/**
 * Starts the S3 server beside the first files: it takes a while, and is even installed if it is missing.
 * If that fails, the files that need it say why.
 */
async function startS3(): Promise<void> {
  process.env['TEST_RUN'] = TEST_RUN;
  const { s3Server } = await import('../test/support/servers/s3-server.ts');
  await s3Server().catch(() => {});
}

await main();
