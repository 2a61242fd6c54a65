import type { Selectable } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { Schema } from '../db/schema.ts';

/** A picture of the blog itself. */
export type SitePicture = Selectable<Schema['site_pictures']>;

/** The blog's logo; undefined if it has none. */
export async function findLogo(db: Database): Promise<SitePicture | undefined> {
  return db.selectFrom('site_pictures').selectAll().where('name', '=', 'logo').executeTakeFirst();
}

/** Stores the picture and replaces the one with its name. */
export async function putSitePicture(trx: Transaction, picture: SitePicture): Promise<void> {
  const { name: _, ...changed } = picture;
  await trx
    .insertInto('site_pictures')
    .values(picture)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute();
}
