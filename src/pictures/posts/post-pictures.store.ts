import type { Insertable } from 'kysely';
import type { PostCondition } from '../../auth/policy.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { firstRows, isOnly } from '../../db/postgres/one-range.ts';
import type { PostPictureRow, Schema } from '../../db/schema.ts';

/** Adds the row of a picture for posts. */
export async function insertPostPicture(
  trx: Transaction,
  picture: Insertable<Schema['post_pictures']>,
): Promise<PostPictureRow> {
  return trx.insertInto('post_pictures').values(picture).returningAll().executeTakeFirstOrThrow();
}

/** The picture with this id; undefined if there is none. */
export async function findPostPicture(
  db: Database,
  id: number,
): Promise<PostPictureRow | undefined> {
  return db.selectFrom('post_pictures').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The same; until the transaction ends, no text begins to use the picture. */
export async function lockPostPicture(
  trx: Transaction,
  id: number,
): Promise<PostPictureRow | undefined> {
  const found = trx.selectFrom('post_pictures').selectAll().where('id', '=', id).forUpdate();
  return found.executeTakeFirst();
}

/** One page of a user's pictures, newest first. */
export async function listPostPictures(
  db: Database,
  userId: number,
  { skip, limit }: { skip: number; limit: number },
): Promise<PostPictureRow[]> {
  return db
    .selectFrom('post_pictures')
    .selectAll()
    .where(isOnly(db, 'user_id', userId))
    .orderBy('user_id', 'desc')
    .orderBy('id', 'desc')
    .limit(firstRows(db, limit))
    .offset(skip)
    .execute();
}

/** The texts of some of a user's pictures. */
export async function listTexts(
  db: Database,
  userId: number,
  ids: readonly number[],
): Promise<Pick<PostPictureRow, 'id' | 'alt' | 'caption'>[]> {
  return db
    .selectFrom('post_pictures')
    .select(['id', 'alt', 'caption'])
    .where('user_id', '=', userId)
    .where('id', 'in', ids)
    .execute();
}

/** All of a user's pictures, oldest first. */
export async function listAllOf(db: Database, userId: number): Promise<PostPictureRow[]> {
  return db
    .selectFrom('post_pictures')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

/** How many pictures a user has for posts, and the bytes of all their files. */
export async function sumPostPictures(
  db: Database,
  userId: number,
): Promise<{ count: number; bytes: number }> {
  const row = await db
    .selectFrom('post_pictures')
    .select((of) => [
      of.fn.countAll<number | string>().as('count'),
      of.fn.sum<number | string | null>('bytes').as('bytes'),
    ])
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), bytes: Number(row.bytes ?? 0) };
}

/** Undefined if the picture is gone. */
export async function updatePostPicture(
  db: Database,
  id: number,
  texts: Pick<PostPictureRow, 'alt' | 'caption'>,
): Promise<PostPictureRow | undefined> {
  return db
    .updateTable('post_pictures')
    .set(texts)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Whether a post or a draft uses the picture; revisions alone do not hold it. */
export async function isUsed(trx: Transaction, id: number): Promise<boolean> {
  const use = await trx
    .selectFrom('picture_uses')
    .select('id')
    .where('picture_id', '=', id)
    .where('revision_id', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return use !== undefined;
}

/**
 * Who has the picture with this key, and whether one of the posts of this condition uses it; undefined
 * if there is no such picture.
 */
export async function findShown(
  db: Database,
  key: string,
  visible: PostCondition,
): Promise<{ owner: number; shown: boolean } | undefined> {
  const using = db
    .selectFrom('picture_uses')
    .select('picture_uses.post_id')
    .where('picture_uses.post_id', 'is not', null)
    .$narrowType<{ post_id: number }>();
  const row = await db
    .selectFrom('post_pictures')
    .select('post_pictures.user_id')
    .select((of) =>
      of
        .exists(
          db
            .selectFrom('posts')
            .select('posts.id')
            .where(
              'posts.id',
              'in',
              using.where('picture_uses.picture_id', '=', of.ref('post_pictures.id')),
            )
            .where(visible),
        )
        .as('shown'),
    )
    .where('post_pictures.key', '=', key)
    .executeTakeFirst();
  return row && { owner: row.user_id, shown: Boolean(row.shown) };
}
