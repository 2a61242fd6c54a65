import { type Kysely, sql } from 'kysely';
import { StartError } from '../../errors.ts';
import { lastMigration, MIGRATIONS, MIGRATIONS_TABLE } from '../migrate.ts';
import { ownTables } from '../tables.ts';

/**
 * Throws StartError for a schema Masthead must not write to: one of another encoding, made by a newer
 * Masthead, or holding tables of somebody else. Only reads.
 */
export async function refuseForeignSchema(db: Kysely<unknown>): Promise<void> {
  const { database, schema, encoding } = await whereWeAre(db);
  if (schema === null) {
    throw new StartError(
      `The database ${database} has no schema that its user's search_path names`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new StartError(
      `The database ${database} has the encoding ${encoding}; Masthead needs one made with UTF8`,
    );
  }
  const tables = await tableNames(db);
  const ours = tables.includes(MIGRATIONS_TABLE);
  const last = ours ? await lastMigration(db) : 0;
  if (last > MIGRATIONS.length) {
    throw new StartError(
      `The database ${database} was made by a newer Masthead (it has migration ${last}, ` +
        `this one knows ${MIGRATIONS.length}); update Masthead`,
    );
  }
  const own = ours ? await ownTables() : new Set<string>();
  const foreign = tables.filter((table) => !own.has(table));
  if (foreign.length > 0) {
    throw new StartError(
      `The database ${database} holds tables that Masthead did not make (${foreign.join(', ')}); ` +
        'nothing was changed. To import a blog from it, give Masthead an empty database and use ' +
        '`masthead import`',
    );
  }
}

async function whereWeAre(db: Kysely<unknown>) {
  const { rows } = await sql<{ database: string; schema: string | null; encoding: string }>`
    select current_database() as database, current_schema() as schema,
      current_setting('server_encoding') as encoding`.execute(db);
  return rows[0] ?? { database: '', schema: null, encoding: '' };
}

/** Tables and views of the schema that ours are made in; those that an extension brought along are nobody's. */
async function tableNames(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace
      and relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (
        select from pg_depend
        where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'
      )
    order by relname`.execute(db);
  return rows.map(({ name }) => name);
}
