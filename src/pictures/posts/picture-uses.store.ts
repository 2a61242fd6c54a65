import type { ExpressionBuilder } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';
import { firstRows, isOnly } from '../../db/postgres/one-range.ts';
import type { PostPictureRow, Schema } from '../../db/schema.ts';
import type { TextPicture } from '../../text/rendered.ts';

/** The text that uses pictures. */
export type UsedBy = { post_id: number } | { draft_id: number } | { revision_id: number };

/** Those of these pictures that this person has. */
export async function findPictures(
  db: Database,
  owner: number,
  ids: readonly number[],
): Promise<TextPicture[]> {
  return db
    .selectFrom('post_pictures')
    .select(['id', 'key', 'width', 'height'])
    .where('user_id', '=', owner)
    .where('id', 'in', ids)
    .execute();
}

/** The pictures that a post uses. */
export async function findPicturesOfPost(db: Database, postId: number): Promise<TextPicture[]> {
  return db
    .selectFrom('picture_uses')
    .innerJoin('post_pictures', 'post_pictures.id', 'picture_uses.picture_id')
    .select(['post_pictures.id', 'key', 'width', 'height'])
    .where('picture_uses.post_id', '=', postId)
    .execute();
}

/** The same with all that is known of them, in the order of their ids. */
export async function listPicturesOfPost(db: Database, postId: number): Promise<PostPictureRow[]> {
  return db
    .selectFrom('picture_uses')
    .innerJoin('post_pictures', 'post_pictures.id', 'picture_uses.picture_id')
    .selectAll('post_pictures')
    .where('picture_uses.post_id', '=', postId)
    .orderBy('post_pictures.id')
    .execute();
}

/**
 * Those of these pictures that exist, of `owner` if given; until the transaction ends, none of them
 * is deleted.
 */
export async function lockPictures(
  trx: Transaction,
  owner: number | undefined,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const found = await trx
    .selectFrom('post_pictures')
    .select('id')
    .where('id', 'in', ids)
    .$if(owner !== undefined, (query) => query.where('user_id', '=', owner ?? 0))
    .orderBy('id')
    .forShare()
    .execute();
  return found.map(({ id }) => id);
}

/** The pictures that are recorded as used by a text. */
export async function listUses(trx: Transaction, by: UsedBy): Promise<number[]> {
  const [column, id] = columnOf(by);
  const uses = trx.selectFrom('picture_uses').select('picture_id').where(column, '=', id);
  return (await uses.execute()).map(({ picture_id }) => picture_id);
}

/** Adds and removes what a text uses; the pictures that are added are no longer unused. */
export async function changeUses(
  trx: Transaction,
  by: UsedBy,
  { added, removed }: { added: number[]; removed: number[] },
): Promise<void> {
  const [column, id] = columnOf(by);
  if (removed.length > 0) {
    const uses = trx.deleteFrom('picture_uses').where(column, '=', id);
    await uses.where('picture_id', 'in', removed).execute();
  }
  if (added.length === 0) return;
  const rows = added.map((picture_id) => ({ picture_id, ...by }));
  await trx.insertInto('picture_uses').values(rows).execute();
  await trx
    .updateTable('post_pictures')
    .set({ unused_since: null })
    .where('id', 'in', added)
    .where('unused_since', 'is not', null)
    .execute();
}

function columnOf(by: UsedBy): ['post_id' | 'draft_id' | 'revision_id', number] {
  if ('post_id' in by) return ['post_id', by.post_id];
  return 'draft_id' in by ? ['draft_id', by.draft_id] : ['revision_id', by.revision_id];
}

const uses = (of: ExpressionBuilder<Schema, 'post_pictures'>) =>
  of.exists(
    of
      .selectFrom('picture_uses')
      .select('picture_uses.id')
      .whereRef('picture_uses.picture_id', '=', 'post_pictures.id'),
  );

/** How many of a person's newest pictures are searched for unused ones. */
const LOOKED_AT = 200;

/** A user's newest pictures that no post and no draft uses; earlier texts may. */
export async function listUnusedOf(
  db: Database,
  userId: number,
  limit: number,
): Promise<(TextPicture & { alt: string; caption: string })[]> {
  return db
    .selectFrom((of) =>
      of
        .selectFrom('post_pictures')
        .select(['id', 'key', 'width', 'height', 'alt', 'caption'])
        .where(isOnly(db, 'user_id', userId))
        .orderBy('user_id', 'desc')
        .orderBy('id', 'desc')
        .limit(firstRows(db, LOOKED_AT))
        .as('newest'),
    )
    .selectAll()
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('picture_uses')
            .select('picture_uses.id')
            .whereRef('picture_uses.picture_id', '=', 'newest.id')
            .where('picture_uses.revision_id', 'is', null),
        ),
      ),
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Notes which pictures nothing uses any more, and which something uses again. `now`: microseconds. */
export async function noteUses(db: Database, now: number): Promise<void> {
  await db
    .updateTable('post_pictures')
    .set({ unused_since: now })
    .where('unused_since', 'is', null)
    .where((of) => of.not(uses(of)))
    .execute();
  await db
    .updateTable('post_pictures')
    .set({ unused_since: null })
    .where('unused_since', 'is not', null)
    .where(uses)
    .execute();
}

/** Pictures unused since `before` (microseconds), by id, behind the id `after`. */
export async function listUnused(
  db: Database,
  { before, after, limit }: { before: number; after: number; limit: number },
): Promise<{ id: number; user_id: number }[]> {
  return db
    .selectFrom('post_pictures')
    .select(['id', 'user_id'])
    .where('unused_since', '<=', before)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Whether anything uses the picture, an earlier text included. */
export async function hasUse(trx: Transaction, id: number): Promise<boolean> {
  const use = trx.selectFrom('picture_uses').select('id').where('picture_id', '=', id).limit(1);
  return (await use.executeTakeFirst()) !== undefined;
}
