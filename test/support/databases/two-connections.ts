import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext } from 'node:test';
import { sql } from 'kysely';
import type { DatabaseConfig } from '../../../src/config.ts';
import type { OpenDatabase } from '../../../src/db/database.ts';
import { type Effect } from '../../../src/db/data-version-rules.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { addUser } from '../pictures/ledger.ts';
import { emptyDatabase, ON_POSTGRESQL } from './postgres.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function emptyPlace(t: TestContext): Promise<DatabaseConfig> {
  if (ON_POSTGRESQL) return { kind: 'postgresql', url: await emptyDatabase(t), poolSize: 4 };
  return { kind: 'sqlite', file: join(await temporaryFolder(t), 'masthead.db') };
}

/** A database, and another process's connection to it. */
export async function openTwice(t: TestContext) {
  const config = await emptyPlace(t);
  const db = await openDatabase(config);
  const other = await openDatabase(config);
  t.after(() => Promise.all([db.destroy(), other.destroy()]));
  return { config, db, other };
}

/** Names for changes of content and access. */
const EFFECTS: Record<string, Effect> = {
  'true,true': 'both',
  'true,false': 'content',
  'false,true': 'access',
};

/** What has changed for readers while `write` ran. */
export async function effectOf(db: OpenDatabase, write: () => Promise<unknown>): Promise<Effect> {
  const before = await db.dataVersion.current();
  await write();
  const after = await db.dataVersion.current();
  assert.ok(before && after);
  const moved = [after.content !== before.content, after.access !== before.access].join();
  return EFFECTS[moved] ?? 'nothing';
}

/** Adds somebody whose id is 7. */
export async function addUser7(db: OpenDatabase): Promise<void> {
  await sql`update users set id = 7 where id = ${await addUser(db)}`.execute(db);
}

export const post = (user_id: number) => ({ user_id, title: 'A', content: 'B', date_posted: 1 });
