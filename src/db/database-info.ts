import { sql } from 'kysely';
import { type Database, isShared } from './database.ts';

/** What a database reports about itself. */
interface DatabaseFacts {
  version: string;
  /** bytes */
  size: number;
  /** Milliseconds since 1970 by its own clock; undefined if that is this machine's. */
  now: number | undefined;
}

/** Asks the database. Throws its errors. */
export async function askFacts(db: Database): Promise<DatabaseFacts> {
  if (isShared(db)) {
    const { rows } = await sql<{ version: string; size: string; now: string }>`
      select current_setting('server_version') as version,
        pg_database_size(current_database())::text as size,
        (extract(epoch from clock_timestamp()) * 1000)::text as now`.execute(db);
    const [{ version, size, now } = { version: '', size: '0', now: '0' }] = rows;
    return { version: `PostgreSQL ${version}`, size: Number(size), now: Number(now) };
  }
  const { rows } = await sql<{ version: string; size: number }>`
    select sqlite_version() as version, page_count * page_size as size
    from pragma_page_count, pragma_page_size`.execute(db);
  const [{ version, size } = { version: '', size: 0 }] = rows;
  return { version: `SQLite ${version}`, size, now: undefined };
}
