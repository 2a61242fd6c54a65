import { type Database, isShared } from '../../db/database.ts';
import type { DraftRow } from '../../db/schema.ts';

/** Most drafts that are published in one run. */
const AT_ONCE = 100;

/** Drafts whose time has come and that were not refused, longest due first. `now`: microseconds. */
export async function listDueDrafts(
  db: Database,
  now: number,
): Promise<(Pick<DraftRow, 'id' | 'user_id' | 'version'> & { publish_at: number })[]> {
  const due = db
    .selectFrom('drafts')
    .select(['id', 'user_id', 'version', 'publish_at'])
    .where('publish_at', '<=', now)
    .where('publish_error', 'is', null)
    .orderBy('publish_at')
    .limit(AT_ONCE);
  // Those that another node is publishing now are left to it.
  const rows = await (isShared(db) ? due.forUpdate().skipLocked() : due).execute();
  return rows.map((row) => ({ ...row, publish_at: row.publish_at ?? now }));
}

/** The title and the content of a draft. */
export async function findText(
  db: Database,
  id: number,
): Promise<Pick<DraftRow, 'title' | 'content'> | undefined> {
  const found = db.selectFrom('drafts').select(['title', 'content']).where('id', '=', id);
  return found.executeTakeFirst();
}

/** Notes why a draft was not published; false if it was saved or published meanwhile. */
export async function setPublishError(
  db: Database,
  { id, version }: Pick<DraftRow, 'id' | 'version'>,
  error: string,
): Promise<boolean> {
  const result = await db
    .updateTable('drafts')
    .set({ publish_error: error })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
