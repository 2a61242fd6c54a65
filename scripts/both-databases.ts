import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Kept out of the tree. */
const WRAPPERS = '.cache/tests';

export const DATABASES = ['SQLite', 'PostgreSQL'] as const;

/** The tests that run on each database: every flow, every store, and the ledger in trouble. */
const ON_EACH = [
  'test/flows/*.test.ts',
  'src/**/*.store.test.ts',
  'src/pictures/*.test.ts',
  'test/contracts/query-plans.test.ts',
  'src/http/rate-limits.test.ts',
  'test/faults/{client-gone,ledger-failure,ledger-race,media-trouble,server-crash,stop,two-servers}.test.ts',
];

/** Those of them that `npm run check` runs on PostgreSQL, too. */
const SMOKE = ['test/flows/{posts,users,passwords,picture-upload}.test.ts'];

/**
 * In place of each file that is to run on several databases, files that run it on one, as a suite of that
 * name: Node's runner takes a file once, and knows no parameters. `fast`: on PostgreSQL only a few.
 */
export function onEachDatabase(
  files: string[],
  { databases, fast }: { databases: readonly string[]; fast: boolean },
): string[] {
  const onEach = new Set(globSync(ON_EACH, { cwd: root }));
  const onPostgresql = fast ? new Set(globSync(SMOKE, { cwd: root })) : onEach;
  return files.flatMap((file) => {
    if (!onEach.has(file)) return databases.includes('SQLite') ? [file] : [];
    return databases
      .filter((database) => database === 'SQLite' || onPostgresql.has(file))
      .map((database) => wrap(file, database));
  });
}

function wrap(file: string, database: string): string {
  const wrapper = join(WRAPPERS, database, file);
  mkdirSync(join(root, dirname(wrapper)), { recursive: true });
  const code = `import { describe } from 'node:test';

process.env['TEST_DATABASE'] = '${database}';
await describe('${database}', () => import('${relative(dirname(wrapper), file)}'));
`;
  writeFileSync(join(root, wrapper), code);
  return wrapper;
}
