import { createHash } from 'node:crypto';
import type { after } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../../src/db/open.ts';
import { sharedServer } from '../servers/shared-server.ts';

/** Whether the tests of this process run on PostgreSQL; see scripts/set-ups.ts. */
export const ON_POSTGRESQL = process.env['TEST_DATABASE'] === 'PostgreSQL';

const SECRET_KEY = 'a secret of the tests, the same on every node';

const SERVER = new URL('./shared-postgres.ts', import.meta.url);

/** The run's server. */
interface Shared {
  url: string;
  /** Its migrated database, which is copied for others. */
  template: string;
  /** How a database is copied: with its files, which is quicker than through the write-ahead log. */
  strategy: string;
  /** A connection for what creates and drops databases; it does not keep the process alive. */
  admin: pg.Pool;
}

let shared: Promise<Shared> | undefined;

function server(): Promise<Shared> {
  return (shared ??= connect());
}

async function connect(): Promise<Shared> {
  const address: unknown = JSON.parse(await sharedServer('postgresql', SERVER));
  const { url, template } = address as { url: string; template: string };
  const admin = new pg.Pool({ connectionString: url, max: 1, allowExitOnIdle: true });
  admin.on('error', () => {});
  const { rows } = await admin.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const strategy = rows[0] && rows[0].version >= 150_000 ? 'strategy file_copy' : '';
  return { url, template, strategy, admin };
}

/** Data folders with a database of the test's own. */
const assigned = new Map<string, string>();

/** Puts the rows of the data in `folder` into this PostgreSQL, whatever the tests run on. */
export function assignDatabase(folder: string, url: string): void {
  assigned.set(folder, url);
}

/**
 * The environment variables for the database of servers whose data is in `folder`: none on SQLite,
 * whose file is there; on PostgreSQL those of a database for this folder, created with the first
 * call.
 */
export async function databaseVariables(folder: string): Promise<Record<string, string>> {
  const own = assigned.get(folder);
  if (own !== undefined) return postgresVariables(own);
  if (!ON_POSTGRESQL) return {};
  const name = nameOf(folder);
  const { url, template, strategy, admin } = await server();
  await admin
    .query(`create database ${name} template ${template} ${strategy}`)
    .catch((error: unknown) => {
      if ((error as pg.DatabaseError).code !== DUPLICATE_DATABASE) throw error;
    });
  return postgresVariables(databaseUrl(url, name));
}

/** Removes what databaseVariables has created, whoever still uses it. */
export async function dropDatabaseOf(folder: string): Promise<void> {
  if (ON_POSTGRESQL && !assigned.has(folder)) {
    await drop(nameOf(folder));
  }
}

/** Creates the database of one folder as a copy of another's, which nobody uses now; on SQLite they are files. */
export async function copyDatabaseOf(from: string, to: string): Promise<void> {
  if (!ON_POSTGRESQL) return;
  const { admin, strategy } = await server();
  await admin.query(`create database ${nameOf(to)} template ${nameOf(from)} ${strategy}`);
}

/**
 * The URL of an empty PostgreSQL database, whatever the other tests run on. `how`: options of
 * `create database`.
 */
export async function emptyDatabase(t: { after: typeof after }, how = ''): Promise<string> {
  const { url, strategy, admin } = await server();
  const name = nameOf(`${process.pid} ${performance.now()}`);
  await admin.query(`create database ${name} ${how} ${strategy}`);
  t.after(() => drop(name));
  return databaseUrl(url, name);
}

/** What a server needs to run on the database at this URL. */
export function postgresVariables(url: string): Record<string, string> {
  return { DATABASE_URL: url, SECRET_KEY };
}

/** Creates a migrated database on the server of this URL; returns its name. */
export async function makeTemplate(url: string): Promise<string> {
  const name = nameOf(`template ${process.pid} ${Date.now()}`);
  await query(url, `create database ${name}`);
  const db = await openDatabase({ kind: 'postgresql', url: databaseUrl(url, name), poolSize: 1 });
  await db.destroy();
  return name;
}

async function drop(name: string): Promise<void> {
  await (await server()).admin.query(`drop database if exists ${name} with (force)`);
}

/** One statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

const DUPLICATE_DATABASE = '42P04';

function nameOf(what: string): string {
  return `masthead_${createHash('sha256').update(what).digest('hex').slice(0, 24)}`;
}
