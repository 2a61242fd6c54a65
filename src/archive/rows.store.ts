import { sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import { type Row, type Table, TABLES } from './archive.ts';

type Db = Database | Transaction;

/** Rows read at once: sixteen of the longest posts are 128 MiB. */
const PAGE = { users: 200, posts: 16 };
/** Bound values of a statement are few thousand at most, on either database. */
const INSERTED_AT_ONCE = 200;

/** Every row of a table, by its id. */
export async function* readRows(db: Db, table: Table): AsyncGenerator<Row> {
  const columns = sql.join(Object.keys(TABLES[table]).map((column) => sql.ref(column)));
  for (let after = 0; ;) {
    const { rows } = await sql<Row>`
      select ${columns} from ${sql.table(table)}
      where id > ${after} order by id limit ${PAGE[table]}`.execute(db);
    yield* rows;
    const last = rows.at(-1)?.['id'];
    if (typeof last !== 'number') return;
    after = last;
  }
}

/** Everybody with a picture, by their ids. */
export async function* readOwners(db: Db): AsyncGenerator<{ id: number; key: string }> {
  for await (const { id, picture_key: key } of readRows(db, 'users')) {
    if (typeof id === 'number' && typeof key === 'string') yield { id, key };
  }
}

export async function insertRows(trx: Transaction, table: Table, rows: Row[]): Promise<void> {
  for (let at = 0; at < rows.length; at += INSERTED_AT_ONCE) {
    const some = rows.slice(at, at + INSERTED_AT_ONCE);
    await trx.insertInto(table).values(some).execute();
  }
}

/** How many rows there are that a restore or import would have to agree with. */
export async function countContent(db: Db): Promise<Record<Table | 'pictures', number>> {
  const count = async (table: Table | 'pictures') =>
    (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)).rows[0]
      ?.n ?? 0;
  return {
    users: await count('users'),
    posts: await count('posts'),
    pictures: await count('pictures'),
  };
}

/** How many files of pictures and rows there are to be saved. */
export async function countUsersWithPicture(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from users where picture_key is not null`.execute(db);
  return rows[0]?.n ?? 0;
}

/** The picture that somebody has now; undefined when the account is gone. */
export async function currentKey(db: Db, id: number): Promise<string | null | undefined> {
  const { rows } = await sql<{ picture_key: string | null }>`
    select picture_key from users where id = ${id}`.execute(db);
  return rows[0]?.picture_key;
}
