import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall, installPackages } from '../processes/debian.ts';
import { sharedServer } from './shared-server.ts';
import { SWIFT_KEY, SWIFT_REGION } from './swift-config.ts';

/** How to reach an S3 server, with credentials. */
interface S3Server {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const SWIFT = new URL('./shared-swift.ts', import.meta.url);
const PROGRAMS = [
  'swift-account-server',
  'swift-container-server',
  'swift-object-server',
  'swift-proxy-server',
  'memcached',
];
const PACKAGES = ['swift-account', 'swift-container', 'swift-object', 'swift-proxy', 'memcached'];

/**
 * The S3 server of this test run: the one that `TEST_S3_ENDPOINT` names, with
 * `TEST_S3_ACCESS_KEY_ID`, `TEST_S3_SECRET_ACCESS_KEY` and `TEST_S3_REGION`; otherwise a Swift that
 * the first test file to need it starts, and that ends with the run. Rejects with one line that
 * says what to install.
 */
export async function s3Server(): Promise<S3Server> {
  const given = process.env['TEST_S3_ENDPOINT'];
  const endpoint = given ?? (await sharedServer('swift', SWIFT, provideSwift));
  return {
    endpoint,
    region: process.env['TEST_S3_REGION'] ?? SWIFT_REGION,
    accessKeyId: process.env['TEST_S3_ACCESS_KEY_ID'] ?? SWIFT_KEY.id,
    secretAccessKey: process.env['TEST_S3_SECRET_ACCESS_KEY'] ?? SWIFT_KEY.secret,
  };
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
