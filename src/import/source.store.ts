import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { tablesInReach } from '../db/tables.ts';
import { StartError } from '../errors.ts';

/** The original's tables and columns that are imported. */
const COLUMNS = {
  users: ['id', 'username', 'email', 'password_hash', 'image_file'],
  posts: ['id', 'title', 'content', 'user_id', 'date_posted'],
} as const;

/** Tables of the original that are not imported: reset links, which expire, and its migrations. */
const PASSED_OVER = ['password_reset_tokens', 'alembic_version'];

export interface SourceUser {
  id: number;
  username: unknown;
  email: unknown;
  password_hash: unknown;
  image_file: unknown;
}

export interface SourcePost {
  id: number;
  title: unknown;
  content: unknown;
  user_id: unknown;
  /** In the format of its database. */
  date_posted: unknown;
}

const PAGE = { users: 200, posts: 16 };

/** Throws StartError unless the database has the tables and columns of the original. */
export async function refuseOtherTables(source: Kysely<unknown>): Promise<void> {
  for (const [table, columns] of Object.entries(COLUMNS)) {
    for (const column of columns) {
      await sql`select ${sql.ref(column)} from ${sql.table(table)} limit 0`
        .execute(source)
        .catch((error: unknown) => {
          throw new StartError(
            `This is not a database of the FastAPI blog: it lacks ${table}.${column}. Nothing was changed`,
            { cause: error },
          );
        });
    }
  }
}

/** Tables and columns that somebody has added to the original: `table comments`, `column users.bio`. */
export async function findUnknown(source: Kysely<unknown>): Promise<string[]> {
  const tables = await tablesInReach(source);
  return tables.flatMap(({ name, isView, columns }) => {
    if (isView || PASSED_OVER.includes(name)) return [];
    if (!Object.hasOwn(COLUMNS, name)) return [`table ${name}`];
    const known: readonly string[] = COLUMNS[name as keyof typeof COLUMNS];
    const others = columns.filter((column) => !known.includes(column.name));
    return others.map((column) => `column ${name}.${column.name}`);
  });
}

/** All users of the other blog, by id. */
export function readUsers(source: Kysely<unknown>): AsyncGenerator<SourceUser> {
  const columns = sql.join(COLUMNS.users.map((column) => sql.ref(column)));
  return readById(source, 'users', columns);
}

/** Dates as text: a driver's own would lose the microseconds. */
export function readPosts(source: Kysely<unknown>): AsyncGenerator<SourcePost> {
  const columns = sql`id, title, content, user_id, cast(date_posted as text) as date_posted`;
  return readById(source, 'posts', columns);
}

async function* readById<T extends { id: number }>(
  source: Kysely<unknown>,
  table: keyof typeof PAGE,
  columns: ReturnType<typeof sql>,
): AsyncGenerator<T> {
  for (let after: number | undefined; ;) {
    const beyond = after === undefined ? sql`` : sql`where id > ${after}`;
    const { rows } = await sql<T>`
      select ${columns} from ${sql.table(table)}
      ${beyond} order by id limit ${PAGE[table]}`.execute(source);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** How many rows there are, and what identifies the same blog later: everybody in it and its last post. */
export interface SourceSummary {
  users: number;
  posts: number;
  lastUser: number;
  lastPost: number;
  fingerprint: string;
}

/** Counts the other blog's rows and identifies it. */
export async function summarise(source: Kysely<unknown>): Promise<SourceSummary> {
  const hash = createHash('sha256');
  for await (const user of readUsers(source)) hash.update(`${JSON.stringify(user)}\n`);
  const of = async (table: 'users' | 'posts') => {
    const { rows } = await sql<{ n: number; last: number | null }>`
      select count(*) as n, max(id) as last from ${sql.table(table)}`.execute(source);
    return { n: rows[0]?.n ?? 0, last: rows[0]?.last ?? 0 };
  };
  const [users, posts] = [await of('users'), await of('posts')];
  hash.update(JSON.stringify([users, posts]));
  return {
    users: users.n,
    posts: posts.n,
    lastUser: users.last,
    lastPost: posts.last,
    fingerprint: hash.digest('hex'),
  };
}
