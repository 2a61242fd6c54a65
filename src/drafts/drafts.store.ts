import { type Insertable, sql } from 'kysely';
import { type Database, isShared, type Transaction } from '../db/database.ts';
import { firstRows, isOnly } from '../db/postgres/one-range.ts';
import type { DraftRow, PostRow, RevisionRow, Schema } from '../db/schema.ts';

/**
 * Makes others who add drafts of this user wait until the transaction ends; false if the account is
 * gone. Writers of the user's posts and revisions do not wait, because that could deadlock.
 */
export async function lockDraftsOf(trx: Transaction, userId: number): Promise<boolean> {
  const user = trx.selectFrom('users').select('id').where('id', '=', userId);
  const found = await (isShared(trx) ? user.forNoKeyUpdate() : user).executeTakeFirst();
  return found !== undefined;
}

/** How many drafts a user has. */
export async function countDrafts(db: Database, userId: number): Promise<number> {
  const row = await db
    .selectFrom('drafts')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Whether a user has drafts. */
export async function hasDrafts(db: Database, userId: number): Promise<boolean> {
  const first = db.selectFrom('drafts').select('id').where('user_id', '=', userId).limit(1);
  return (await first.executeTakeFirst()) !== undefined;
}

/** Adds a draft. */
export async function insertDraft(
  trx: Transaction,
  draft: Insertable<Schema['drafts']>,
): Promise<DraftRow> {
  return trx.insertInto('drafts').values(draft).returningAll().executeTakeFirstOrThrow();
}

/** The draft with this id, whoever owns it; undefined if there is none. */
export async function findDraft(db: Database, id: number): Promise<DraftRow | undefined> {
  return db.selectFrom('drafts').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The user's draft of this post. */
export async function findDraftOfPost(
  db: Database,
  { userId, postId }: { userId: number; postId: number },
): Promise<DraftRow | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('user_id', '=', userId)
    .where('post_id', '=', postId)
    .executeTakeFirst();
}

/** The user's draft that the page with this key made. */
export async function findDraftOfForm(
  db: Database,
  { userId, formKey }: { userId: number; formKey: string },
): Promise<DraftRow | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('user_id', '=', userId)
    .where('form_key', '=', formKey)
    .executeTakeFirst();
}

/** Characters of text in one page of drafts, unless a single one has more: they may have megabytes each. */
const PAGE_MAX = 8 * 1024 * 1024;

/** A user's drafts, last saved first; fewer than `limit` where they are very long. */
export async function listDrafts(
  db: Database,
  userId: number,
  { skip, limit }: { skip: number; limit: number },
): Promise<DraftRow[]> {
  const sizes = await db
    .selectFrom('drafts')
    .select(['id', sql<number>`length(content)`.as('size')])
    .where('user_id', '=', userId)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(skip)
    .execute();
  let sum = 0;
  const fitting = sizes.filter(({ size }, index) => (sum += size) <= PAGE_MAX || index === 0);
  if (fitting.length === 0) return [];
  return db
    .selectFrom('drafts')
    .selectAll()
    .where(
      'id',
      'in',
      fitting.map(({ id }) => id),
    )
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** The titles of a user's drafts, oldest first. */
export async function listDraftTitles(
  db: Database,
  userId: number,
): Promise<Pick<DraftRow, 'id' | 'title'>[]> {
  return db
    .selectFrom('drafts')
    .select(['id', 'title'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

/** A draft as lists show it. */
export type ListedDraft = Pick<
  DraftRow,
  'id' | 'title' | 'post_id' | 'updated_at' | 'publish_at' | 'publish_error'
> & {
  /** the first characters of its content */
  beginning: string;
  /** null without a post */
  post_title: string | null;
  post_state: PostRow['state'] | null;
  /** 1: there is a link for readers */
  shared: number;
};

/** Characters of a draft's content that lists read: contents may have megabytes. */
const BEGINNING = 400;

/** All drafts of a user without their contents, last saved first; or the one with this id. */
export async function listShortDrafts(
  db: Database,
  { userId, id }: { userId: number; id?: number },
): Promise<ListedDraft[]> {
  return db
    .selectFrom('drafts')
    .leftJoin('posts', 'posts.id', 'drafts.post_id')
    .select([
      'drafts.id',
      'drafts.title',
      'drafts.post_id',
      'drafts.updated_at',
      'drafts.publish_at',
      'drafts.publish_error',
      'posts.title as post_title',
      'posts.state as post_state',
      sql<number>`case when drafts.share_hash is null then 0 else 1 end`.as('shared'),
      sql<string>`substr(drafts.content, 1, ${BEGINNING})`.as('beginning'),
    ])
    .where('drafts.user_id', '=', userId)
    .$if(id !== undefined, (query) => query.where('drafts.id', '=', id ?? 0))
    .orderBy('drafts.updated_at', 'desc')
    .orderBy('drafts.id', 'desc')
    .execute();
}

/** What a save changes. */
type DraftChange = Partial<
  Pick<
    DraftRow,
    | 'title'
    | 'content'
    | 'format'
    | 'tags'
    | 'audience'
    | 'base_revision'
    | 'publish_at'
    | 'publish_error'
  >
> & { updated_at: number };

/** Changes a draft that still has this version; undefined when it has not, or is gone. */
export async function updateDraft(
  trx: Transaction,
  { id, version }: Pick<DraftRow, 'id' | 'version'>,
  change: DraftChange,
): Promise<DraftRow | undefined> {
  return trx
    .updateTable('drafts')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

/** Deletes a draft, if it still has this version when one is given; false if there is none. */
export async function deleteDraft(
  trx: Transaction,
  { id, version }: { id: number; version?: number },
): Promise<boolean> {
  const result = await trx
    .deleteFrom('drafts')
    .where('id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** When the newest revision of a draft was made; null if it has none. Microseconds. */
export async function newestRevisionOf(db: Database, draftId: number): Promise<number | null> {
  const row = await db
    .selectFrom('revisions')
    .select('created_at')
    .where(isOnly(db, 'draft_id', draftId))
    .orderBy('draft_id', 'desc')
    .orderBy('id', 'desc')
    .limit(firstRows(db, 1))
    .executeTakeFirst();
  return row?.created_at ?? null;
}

/** Whether a revision of the same draft or post has exactly this text. */
export async function hasRevision(
  db: Database,
  text: Pick<RevisionRow, 'draft_id' | 'post_id' | 'title' | 'content' | 'format'>,
): Promise<boolean> {
  const { draft_id, post_id, title, content, format } = text;
  const same = await db
    .selectFrom('revisions')
    .select('id')
    .where((row) => row.or([row('draft_id', '=', draft_id), row('post_id', '=', post_id)]))
    .where('title', '=', title)
    .where('content', '=', content)
    .where('format', '=', format)
    .limit(1)
    .executeTakeFirst();
  return same !== undefined;
}
