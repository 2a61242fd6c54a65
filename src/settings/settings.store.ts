import type { Insertable } from 'kysely';
import type { Database } from '../db/database.ts';
import type { Schema } from '../db/schema.ts';

/** The stored value of a setting; undefined if it is not set. */
export async function findSetting(db: Database, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** Stores a value, replacing an earlier one. */
export async function putSetting(
  db: Database,
  setting: Insertable<Schema['settings']>,
): Promise<void> {
  const { name: _, ...changed } = setting;
  await db
    .insertInto('settings')
    .values(setting)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute();
}

/** Does nothing if there is one of this name. */
export async function addSetting(
  db: Database,
  setting: Insertable<Schema['settings']>,
): Promise<void> {
  await db
    .insertInto('settings')
    .values(setting)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/** Removes a stored value, so that the default is used. */
export async function deleteSetting(db: Database, name: string): Promise<void> {
  await db.deleteFrom('settings').where('name', '=', name).execute();
}

/** Every setting that is not at its default. */
export async function listSettings(db: Database): Promise<{ name: string; value: string }[]> {
  return db.selectFrom('settings').select(['name', 'value']).execute();
}
