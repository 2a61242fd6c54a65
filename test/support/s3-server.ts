import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canInstall, installPackages } from './debian.ts';
import { SWIFT_KEY, SWIFT_REGION } from './swift-config.ts';
import { until } from './until.ts';

/** How to reach an S3 server, and as whom. */
export interface S3Server {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const SWIFT = fileURLToPath(new URL('./swift.ts', import.meta.url));
const PROGRAMS = [
  'swift-account-server',
  'swift-container-server',
  'swift-object-server',
  'swift-proxy-server',
  'memcached',
];
const PACKAGES = ['swift-account', 'swift-container', 'swift-object', 'swift-proxy', 'memcached'];

/**
 * The S3 server of this test run: the one that `TEST_S3_ENDPOINT` names, with `TEST_S3_ACCESS_KEY_ID`,
 * `TEST_S3_SECRET_ACCESS_KEY` and `TEST_S3_REGION`; else a Swift, which the first test file that asks for
 * it starts and which goes with the run. Rejects with one line that says what to install.
 */
export async function s3Server(): Promise<S3Server> {
  const given = process.env['TEST_S3_ENDPOINT'];
  const endpoint = given ?? (await swiftOfThisRun());
  return {
    endpoint,
    region: process.env['TEST_S3_REGION'] ?? SWIFT_REGION,
    accessKeyId: process.env['TEST_S3_ACCESS_KEY_ID'] ?? SWIFT_KEY.id,
    secretAccessKey: process.env['TEST_S3_SECRET_ACCESS_KEY'] ?? SWIFT_KEY.secret,
  };
}

/** With the installation that another file may be at; busy machines take half a minute without it. */
const START_MINUTES = 4;

/** `<process id>-<random>` from scripts/test.ts; a file that is run by itself is a run of its own. */
const RUN = process.env['TEST_RUN'] ?? `${process.pid}-alone`;

async function swiftOfThisRun(): Promise<string> {
  const folder = join(tmpdir(), `masthead-swift-${RUN}`);
  const failed = join(folder, 'failed');
  if (await isFirst(folder)) {
    // So that the other files do not wait for it.
    await start(folder).catch((error: Error) => writeFile(failed, error.message));
  }
  const ready = async () => {
    const reason = await readFile(failed, 'utf8').catch(() => undefined);
    if (reason !== undefined) throw new Error(reason);
    return readFile(join(folder, 'ready'), 'utf8').catch(() => undefined);
  };
  return until('the S3 server', ready, START_MINUTES);
}

/** Making a folder is atomic, and fails for all but one. */
async function isFirst(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Nothing of it keeps this process alive, nor is ended with it. */
async function start(folder: string): Promise<void> {
  const pid = RUN.split('-', 1)[0] ?? '';
  await provideSwift();
  spawn(process.execPath, [SWIFT, folder, pid], { detached: true, stdio: 'ignore' }).unref();
}

async function provideSwift(): Promise<void> {
  if (isInstalled()) return;
  if (canInstall()) await installPackages(PACKAGES, isInstalled);
  if (isInstalled()) return;
  throw new Error(
    `Tests on S3 need OpenStack Swift: install \`${PACKAGES.join(' ')}\` (Debian), or set TEST_S3_ENDPOINT`,
  );
}

function isInstalled(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return PROGRAMS.every((name) => folders.some((folder) => existsSync(join(folder, name))));
}
