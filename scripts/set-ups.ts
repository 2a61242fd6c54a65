import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What a test may run on: a database with pictures on disk, or SQLite with pictures in a bucket. */
export const SET_UPS = ['SQLite', 'PostgreSQL', 'S3'] as const;

/** A test file, and what it runs on; none for one that runs once, on SQLite. */
export interface TestFile {
  file: string;
  setUp?: (typeof SET_UPS)[number];
}

/** Tests that run on each database: every flow and store, most commands, and the ledger's faults. */
const ON_EACH = [
  'test/flows/**/*.test.ts',
  'test/commands/**/{archives,backup,backup-while-writing,behind-nginx,commands,doctor,import,import-refused,import-stopped,logging,move,owner,picture-archives,process,refused-commands}.test.ts',
  'src/**/*.store.test.ts',
  'src/auth/policy.test.ts',
  'src/posts/history/revisions.service.test.ts',
  'src/pictures/{*,posts/*}.test.ts',
  'test/contracts/{archive-tables,comment-counts,data-version,data-version-tables,post-counts,query-plans,tag-counts,upgrade}.test.ts',
  'test/security/**/{members-only,readers-crawl,readers-nodes,readers-pictures,roles,sign-out}.test.ts',
  'src/rate-limits/rate-limits.test.ts',
  'test/faults/**/{client-gone,database-errors,download-cut,drafts,drafts-crash,ledger-failure,ledger-race,media-trouble,picture-quota,post-pictures-race,revisions-crash,revisions-nodes,search-crash,search-nodes,server-crash,stop,two-servers}.test.ts',
];

/**
 * Those that store pictures and do not depend on a folder also run on S3. The crawl of all addresses
 * does not: who may have a file is decided before the store is asked for it, which readers-pictures
 * tries on S3.
 */
const ON_S3 = [
  'test/flows/pictures/{media,pages-picture,picture-crop,picture-crop-refused,picture-races,picture-refused,picture-upload,post-pictures,unpublished-pictures}.test.ts',
  'test/flows/account/users.test.ts',
  'src/pictures/sweeper.test.ts',
  'test/security/readers/readers-{nodes,pictures}.test.ts',
  'test/faults/**/{client-gone,ledger-race,stop,two-servers}.test.ts',
];

/** Those that `npm run check` also runs on PostgreSQL. */
const SMOKE = [
  'test/flows/{account/users,account/passwords/passwords,pictures/picture-upload,posts/posts}.test.ts',
];

/** Each file once for every set-up it runs on. `fast`: few on PostgreSQL, none on S3. */
export function onEachSetUp(
  files: string[],
  { setUps, fast }: { setUps: readonly (typeof SET_UPS)[number][]; fast: boolean },
): TestFile[] {
  const onEach = new Set(globSync(ON_EACH, { cwd: root }));
  const onPostgresql = fast ? new Set(globSync(SMOKE, { cwd: root })) : onEach;
  const onS3 = fast ? new Set() : new Set(globSync(ON_S3, { cwd: root }));
  const fits = (file: string, setUp: string) =>
    setUp === 'SQLite' || (setUp === 'S3' ? onS3 : onPostgresql).has(file);
  return files.flatMap((file): TestFile[] => {
    if (!onEach.has(file)) return setUps.includes('SQLite') ? [{ file }] : [];
    return setUps.filter((setUp) => fits(file, setUp)).map((setUp) => ({ file, setUp }));
  });
}
