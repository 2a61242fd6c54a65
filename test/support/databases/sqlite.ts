import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { openSqlite } from '../../../src/db/sqlite/open.ts';

/** A new SQLite database, closed and deleted when the test has ended. */
export async function openTemporary(t: TestContext) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'masthead.db');
  const db = await openSqlite(file);
  t.after(() => db.destroy());
  return { db, file };
}

/** In the order in which they registered. */
export async function usernames(
  db: Awaited<ReturnType<typeof openTemporary>>['db'],
): Promise<string[]> {
  const rows = await db.selectFrom('users').select('username').orderBy('id').execute();
  return rows.map(({ username }) => username);
}
