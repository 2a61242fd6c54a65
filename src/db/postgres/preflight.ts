import { type Kysely, sql } from 'kysely';
import { StartError } from '../../errors.ts';
import { lastMigration, MIGRATIONS, MIGRATIONS_TABLE } from '../migrate.ts';
import { ownTables } from '../tables.ts';

const AS_OWNER = 'As the owner of the database or a superuser, run in it';

/**
 * Throws StartError for a schema that Masthead cannot or must not write to: without rights, with
 * another encoding, made by a newer Masthead, or with other tables. Only reads.
 */
export async function refuseForeignSchema(db: Kysely<unknown>): Promise<void> {
  const { database, schema, encoding, role, may_create: mayCreate } = await whereWeAre(db);
  if (schema === null) {
    throw new StartError(
      `The user ${role} may use no schema of the database ${database} that its search_path names. ` +
        `${AS_OWNER}: create schema authorization ${role}`,
    );
  }
  if (!mayCreate) {
    throw new StartError(
      `The user ${role} may not create tables in the schema ${schema} of the database ${database}, as PostgreSQL 15 ` +
        `and newer have it. ${AS_OWNER}: grant create on schema ${schema} to ${role}`,
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
  const own = ours ? ownTables() : new Set<string>();
  const foreign = tables.filter((table) => !own.has(table));
  if (foreign.length > 0) {
    throw new StartError(
      `The database ${database} holds tables that Masthead did not make (${foreign.join(', ')}); ` +
        'nothing was changed. To import a blog from it, give Masthead an empty database and use ' +
        '`masthead import`',
    );
  }
}

interface Place {
  database: string;
  /** null when the user may use none of its search_path; quoted for a statement, like the role */
  schema: string | null;
  encoding: string;
  role: string;
  may_create: boolean | null;
}

async function whereWeAre(db: Kysely<unknown>): Promise<Place> {
  const { rows } = await sql<Place>`
    select current_database() as database, quote_ident(current_schema()) as schema,
      current_setting('server_encoding') as encoding, quote_ident(current_user) as role,
      has_schema_privilege(current_schema(), 'create') as may_create`.execute(db);
  const [found] = rows;
  if (!found) throw new Error('PostgreSQL does not say where it is');
  return found;
}

/** Tables and views of the schema that ours are made in, without those of extensions. */
async function tableNames(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (
        select from pg_depend
        where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'
      )
    order by relname`.execute(db);
  return rows.map(({ name }) => name);
}
