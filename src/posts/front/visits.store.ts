import type { Database } from '../../db/database.ts';
import type { UserRow } from '../../db/schema.ts';

/** Unless another request has done so since `seenAt` was read; microseconds. */
export async function updateVisit(
  db: Database,
  { id, seen_at }: Pick<UserRow, 'id' | 'seen_at'>,
  visit: { seen_at: number; last_visit_at?: number },
): Promise<void> {
  await db
    .updateTable('users')
    .set(visit)
    .where('id', '=', id)
    .where('seen_at', seen_at === null ? 'is' : '=', seen_at)
    .execute();
}
