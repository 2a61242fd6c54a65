import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import pg from 'pg';
import type { Place } from '../set-up.ts';

type Insert = (title: string, content: string) => Promise<unknown>;

/** Inserts posts with the database alone: a prepared statement, Masthead's tables and durability. */
export async function openInserts(place: Place): Promise<AsyncDisposable & { insert: Insert }> {
  return place.databaseUrl === undefined
    ? openSqlite(place.folder)
    : openPostgres(place.databaseUrl);
}

async function openSqlite(folder: string): Promise<AsyncDisposable & { insert: Insert }> {
  const sqlite = new DatabaseSync(join(folder, 'masthead.db'));
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = full');
  const statement = sqlite.prepare(
    'insert into posts (user_id, title, content, date_posted) values (1, ?, ?, 1)',
  );
  return {
    insert: async (title, content) => statement.run(title, content),
    [Symbol.asyncDispose]: async () => sqlite.close(),
  };
}

async function openPostgres(url: string): Promise<AsyncDisposable & { insert: Insert }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const text = 'insert into posts (user_id, title, content, date_posted) values (1, $1, $2, 1)';
  return {
    insert: (title, content) => client.query({ name: 'insert', text, values: [title, content] }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
