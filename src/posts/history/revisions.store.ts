import { type ExpressionBuilder, type Insertable, sql } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';
import { firstRows, isOnly } from '../../db/postgres/one-range.ts';
import type { RevisionRow, Schema } from '../../db/schema.ts';
import type { SizedRevision } from './revisions-kept.ts';

/** A text that was saved, as a revision holds it. */
export type NewRevision = Pick<
  Insertable<Schema['revisions']>,
  'post_id' | 'user_id' | 'title' | 'content' | 'format' | 'tags' | 'created_at'
> & {
  draft_id?: number | null;
  /** Whether the post was published so. */
  published: boolean;
};

/** Adds a revision and returns its id. */
export async function insertRevision(
  trx: Transaction,
  { published, ...revision }: NewRevision,
): Promise<number> {
  const { id } = await trx
    .insertInto('revisions')
    .values({ ...revision, published: published ? 1 : 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The id of the post's newest published revision; null if it has none, as a post from before there were any. */
export async function newestPublished(db: Database, postId: number): Promise<number | null> {
  const newest = await db
    .selectFrom('revisions')
    .select('id')
    .where(isOnly(db, 'post_id', postId))
    .where('published', '=', 1)
    .orderBy('post_id', 'desc')
    .orderBy('id', 'desc')
    .limit(firstRows(db, 1))
    .executeTakeFirst();
  return newest?.id ?? null;
}

/** Makes the revisions of a draft those of the post that it was published as. */
export async function moveRevisionsToPost(
  trx: Transaction,
  { draftId, postId }: { draftId: number; postId: number },
): Promise<void> {
  await trx
    .updateTable('revisions')
    .set({ post_id: postId })
    .where('draft_id', '=', draftId)
    .where('post_id', 'is', null)
    .execute();
}

/** Deletes the revisions of a draft that was never published. */
export async function deleteRevisionsOfDraft(trx: Transaction, draftId: number): Promise<void> {
  await trx
    .deleteFrom('revisions')
    .where('draft_id', '=', draftId)
    .where('post_id', 'is', null)
    .execute();
}

/** Of a post, or of a draft that was never published. */
export interface Whose {
  postId: number | null;
  draftId: number | null;
  /** Only what was published. */
  publishedOnly?: boolean | undefined;
}

/** The condition on `revisions` that they are of this post or draft. */
function of(db: Database, { postId, draftId, publishedOnly = false }: Whose) {
  return (row: ExpressionBuilder<Schema, 'revisions'>) => {
    if (postId === null) {
      const ofDraft = isOnly(db, 'revisions.draft_id', draftId ?? 0);
      return row.and([ofDraft, row('revisions.post_id', 'is', null)]);
    }
    const ofPost = isOnly(db, 'revisions.post_id', postId);
    return publishedOnly ? row.and([ofPost, row('revisions.published', '=', 1)]) : ofPost;
  };
}

/** The column to order them by before their ids, so that an index has them in this order. */
const ownerOf = ({ postId }: Whose) => (postId === null ? 'draft_id' : 'post_id');

/** The bytes of a text. Both databases know them without reading it. */
const bytes = sql<number>`octet_length(title) + octet_length(content) + octet_length(tags)`;

/** All revisions of a post or a draft without their texts, oldest first. */
export async function listSizes(trx: Transaction, whose: Whose): Promise<SizedRevision[]> {
  return trx
    .selectFrom('revisions')
    .select(['id', 'published', 'created_at'])
    .select(bytes.as('bytes'))
    .where(of(trx, whose))
    .orderBy(ownerOf(whose))
    .orderBy('id')
    .execute();
}

/** Deletes the revisions with these ids. */
export async function deleteRevisions(trx: Transaction, ids: readonly number[]): Promise<void> {
  for (let at = 0; at < ids.length; at += DELETED_AT_ONCE) {
    const some = ids.slice(at, at + DELETED_AT_ONCE);
    await trx.deleteFrom('revisions').where('id', 'in', some).execute();
  }
}
/** Both databases limit the bound values of a statement to a few thousand. */
const DELETED_AT_ONCE = 200;

/** Which revisions of a post or a draft: below this id, newest first. */
interface RevisionRange extends Whose {
  before?: number | undefined;
  limit: number;
  /** No more texts once they have so many bytes, but at least one. */
  maxBytes: number;
}

/** A revision with the name of who saved it; null: that account is gone. */
export type RevisionWithName = RevisionRow & { username: string | null };

function withNames(db: Database) {
  return db
    .selectFrom('revisions')
    .leftJoin('users', 'users.id', 'revisions.user_id')
    .selectAll('revisions')
    .select('users.username');
}

/** The newest revisions of a range, and whether there are more. */
export async function listRevisions(
  db: Database,
  { before, limit, maxBytes, ...whose }: RevisionRange,
): Promise<{ revisions: RevisionWithName[]; more: boolean }> {
  const sizes = await db
    .selectFrom('revisions')
    .select('id')
    .select(bytes.as('bytes'))
    .where(of(db, whose))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy(ownerOf(whose), 'desc')
    .orderBy('id', 'desc')
    .limit(firstRows(db, limit + 1))
    .execute();
  let total = 0;
  const fitting = sizes
    .slice(0, limit)
    .filter((one, n) => (total += one.bytes) <= maxBytes || n === 0);
  if (fitting.length === 0) return { revisions: [], more: false };
  const ids = fitting.map(({ id }) => id);
  const found = withNames(db).where('revisions.id', 'in', ids).orderBy('revisions.id', 'desc');
  return { revisions: await found.execute(), more: sizes.length > fitting.length };
}

/** The ids of the revisions that a user saved, oldest first. */
export async function listRevisionIds(db: Database, userId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('revisions')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** The revision with this id if the user saved it. */
export async function findRevisionOf(
  db: Database,
  { id, userId }: { id: number; userId: number },
): Promise<RevisionRow | undefined> {
  return db
    .selectFrom('revisions')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** This revision, if it is one of these. */
export async function findRevision(
  db: Database,
  { id, ...whose }: Whose & { id: number },
): Promise<RevisionWithName | undefined> {
  const found = withNames(db).where('revisions.id', '=', id).where(of(db, whose));
  return found.executeTakeFirst();
}

/** The id of the revision after this one, if there is one. */
export async function findNextRevision(
  db: Database,
  { id, ...whose }: Whose & { id: number },
): Promise<number | undefined> {
  const next = await db
    .selectFrom('revisions')
    .select('id')
    .where(of(db, whose))
    .where('id', '>', id)
    .orderBy(ownerOf(whose))
    .orderBy('id')
    .limit(firstRows(db, 1))
    .executeTakeFirst();
  return next?.id;
}

/** Whether the post has more than one revision. */
export async function hasHistory(db: Database, postId: number): Promise<boolean> {
  const two = await db
    .selectFrom('revisions')
    .select('id')
    .where(isOnly(db, 'post_id', postId))
    .orderBy('post_id')
    .orderBy('id')
    .limit(firstRows(db, 2))
    .execute();
  return two.length > 1;
}
