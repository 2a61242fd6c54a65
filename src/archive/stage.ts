import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import { SQLITE } from '../db/ddl.ts';
import { readLastIds } from '../db/id-sequences.ts';
import { applyMigrations, MIGRATIONS } from '../db/migrate.ts';
import { openTemporaryDatabase } from '../db/sqlite/temporary.ts';
import { StartError, Unavailable } from '../errors.ts';
import { allRows } from './dump.ts';
import { type BlogRows, fill } from './fill.ts';
import { countedTables, isNewest, layoutAt } from './layout.ts';
import { readVerified, type VerifiedArchive } from './unpack.ts';

const ownRows = (archive: VerifiedArchive): BlogRows => ({
  layout: archive.layout,
  entries: () => readVerified(archive),
  lastIds: archive.header.lastIds,
});

/**
 * Calls `use` with a temporary SQLite database that has the rows of an archive in the tables of its
 * own migration. Throws StartError if it refuses the rows, or the disk has no space for them.
 */
export async function withStaged<T>(
  archive: VerifiedArchive,
  use: (staged: Database) => Promise<T>,
): Promise<T> {
  await using staged = openTemporaryDatabase();
  await orRefuse(archive, async () => {
    await migrate(staged, archive.layout.migration);
    await staged.transaction().execute((trx) => fill(trx, ownRows(archive)));
  });
  return await use(staged);
}

/**
 * Calls `use` with the rows of an archive as rows of the newest migration; those of an earlier
 * archive are migrated in a temporary database. Throws StartError as withStaged does.
 */
export async function withNewestRows<T>(
  archive: VerifiedArchive,
  use: (rows: BlogRows) => Promise<T>,
): Promise<T> {
  if (isNewest(archive.layout)) return use(ownRows(archive));
  return withStaged(archive, async (staged) => {
    await orRefuse(archive, () => migrate(staged, MIGRATIONS.length));
    const layout = await layoutAt();
    const lastIds = await readLastIds(staged, countedTables(layout));
    return use({ layout, entries: () => allRows(staged, layout), lastIds });
  });
}

function migrate(staged: Database, last: number): Promise<number> {
  const migrating = (staged as Kysely<unknown>).transaction();
  return migrating.execute((trx) => applyMigrations(trx, SQLITE, last));
}

async function orRefuse(archive: VerifiedArchive, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw refusedRows(archive, error);
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new StartError(
      `The rows of ${archive.file} do not fit into a temporary file: ${reason}; ` +
        'SQLITE_TMPDIR names another folder for it. Nothing was changed',
      { cause: error },
    );
  }
}

/** The error for rows that a database refuses; other errors are returned unchanged. */
export function refusedRows({ file }: VerifiedArchive, error: unknown): unknown {
  if (error instanceof StartError || error instanceof Unavailable) return error;
  const { message } = error instanceof Error ? error : { message: String(error) };
  return new StartError(
    `${file} cannot be restored: its rows are refused (${message}). The blog is still empty`,
    { cause: error },
  );
}
