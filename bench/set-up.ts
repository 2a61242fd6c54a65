import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { bucketOf, s3Variables } from '../test/support/servers/bucket.ts';
import { databaseUrl, postgresVariables, query } from '../test/support/databases/postgres.ts';
import { MASTHEAD, PATH } from '../test/support/processes/masthead.ts';
import { startPostgres } from '../test/support/databases/postgres-server.ts';
import { endWithUs } from './program.ts';

/** Where a Masthead keeps its data: its folder, and variables for the rest. */
export interface Place {
  folder: string;
  variables: Record<string, string>;
  /** URL of PostgreSQL; undefined with SQLite, whose file is `masthead.db` in the folder. */
  databaseUrl?: string;
}

/** What Masthead runs on in this run. */
export interface SetUp extends AsyncDisposable {
  name: string;
  postgres: boolean;
  /**
   * How many people are imported; fewer with a bucket, because its server is in Python and shares
   * the cores.
   */
  people: number;
  newPlace: () => Promise<Place>;
}

/** All folders are in one, which is removed when this process ends. */
export async function openSetUp({
  postgres,
  s3,
}: {
  postgres: boolean;
  s3: boolean;
}): Promise<SetUp> {
  const root = await mkdtemp(join(tmpdir(), 'masthead-bench-'));
  process.on('exit', () => rmSync(root, { recursive: true, force: true }));
  // Like a hosted one: commits reach the disk, and it has more memory than in a test.
  const settings = ['shared_buffers=512MB', 'max_wal_size=4GB'];
  const server = postgres ? await startPostgres({ durable: true, settings }) : undefined;
  let count = 0;

  async function newPlace(): Promise<Place> {
    const name = `bench${++count}`;
    const folder = join(root, name);
    await mkdir(folder);
    const fixed = {
      ...PATH,
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'silent',
      RATE_LIMITS: 'off',
    };
    const media = s3 ? s3Variables(await bucketOf(folder)) : {};
    if (!server) return { folder, variables: { ...fixed, ...media } };
    await query(server.url, `create database ${name}`);
    const url = databaseUrl(server.url, name);
    const variables = { ...fixed, ...media, ...postgresVariables(url) };
    return { folder, variables, databaseUrl: url };
  }

  return {
    postgres,
    name: `${postgres ? 'PostgreSQL' : 'SQLite'}, pictures ${s3 ? 'in a bucket (S3)' : 'on disk'}`,
    people: s3 ? 1_000 : 10_000,
    newPlace,
    [Symbol.asyncDispose]: async () => server?.remove(),
  };
}

/**
 * Runs Masthead's command line in a place to its end; `watch` gets its process id at the start.
 * Throws with its output if it fails.
 */
export async function command(
  place: Place,
  args: string[],
  watch: (pid: number) => void = () => {},
): Promise<void> {
  const options = { cwd: place.folder, env: place.variables };
  const running = promisify(execFile)(MASTHEAD, args, options);
  endWithUs(running.child);
  watch(running.child.pid ?? 0);
  await running;
}

/**
 * Runs statements on the database of a place, whose Masthead writes little now; they must be valid in
 * both databases.
 */
export async function runSql({ folder, databaseUrl: url }: Place, ...statements: string[]) {
  if (url !== undefined) {
    for (const statement of statements) await query(url, statement);
    return;
  }
  using sqlite = new DatabaseSync(join(folder, 'masthead.db'), { timeout: 60_000 });
  // Millions of rows in an order that is not that of an index.
  sqlite.exec('pragma cache_size = -300000');
  for (const statement of statements) sqlite.exec(statement);
}

/** Size of the place's database on disk. */
export async function databaseBytes({ folder, databaseUrl: url }: Place): Promise<number> {
  if (url === undefined) return (await stat(join(folder, 'masthead.db'))).size;
  const [row] = await query(url, 'select pg_database_size(current_database())::float8 as bytes');
  return Number(row?.['bytes']);
}
