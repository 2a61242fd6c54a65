import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, type Transaction as KyselyTransaction } from 'kysely';
import type { Logger } from 'pino';
import { Unavailable, StartError } from '../errors.ts';
import { refuseForeignDatabase } from './inspect.ts';
import { migrate } from './migrate.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { patiently } from './patience.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
/** A Database is not one: what must be atomic asks for this. */
export type Transaction = KyselyTransaction<Schema>;

/**
 * Opens the SQLite file, made with mode 0600 together with its folder if it is not there, and migrates
 * it. Throws StartError when it cannot be opened or is not Masthead's, which leaves it untouched. Close
 * it with `destroy()`.
 */
export async function openDatabase(
  file: string,
  options: { log?: Logger } = {},
): Promise<Database> {
  const sqlite = await openFile(file);
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite) });
  try {
    const applied = await migrate(db as unknown as Kysely<unknown>);
    if (applied > 0) options.log?.info({ file, applied }, 'migrated the database');
    return db;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

async function openFile(file: string): Promise<DatabaseSync> {
  let sqlite: DatabaseSync | undefined;
  try {
    await mkdir(dirname(file), { recursive: true });
    await refuseForeignDatabase(file);
    await create(file);
    const opened = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    sqlite = opened;
    await patiently(async () => opened.exec('pragma journal_mode = wal'));
    // What a 200 has promised survives a power cut: each commit reaches the disk.
    opened.exec('pragma synchronous = full');
    return opened;
  } catch (error) {
    sqlite?.close();
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The database ${file} cannot be opened: ${reason}`, { cause: error });
  }
}

/** Writes the heartbeat's row; throws Unavailable when the database takes no writes. `now`: microseconds. */
export async function checkDatabase(db: Database, now: number): Promise<void> {
  try {
    await db
      .insertInto('heartbeat')
      .values({ id: 1, at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: now }))
      .execute();
  } catch (error) {
    throw new Unavailable('Database unavailable', { cause: error });
  }
}

/**
 * Password hashes are for this account's eyes alone, and SQLite would follow the umask. Exclusive: to open
 * and close a database that is in use would drop this process's locks on it.
 */
async function create(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
