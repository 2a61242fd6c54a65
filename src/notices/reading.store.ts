import {
  type Expression,
  expressionBuilder,
  type SelectQueryBuilder,
  sql,
  type SqlBool,
} from 'kysely';
import { can, isMember, type Viewer, visibleTo } from '../auth/policy.ts';
import { type Database, isShared } from '../db/database.ts';
import { firstRows, isOnly } from '../db/postgres/one-range.ts';
import type { NoticeRow, Schema, UserRow } from '../db/schema.ts';

/** A notice with what it is about, as that is called now. */
export type FoundNotice = Omit<NoticeRow, 'user_id'> & {
  username: string | null;
  picture_key: string | null;
  title: string | null;
  /** the comment as it is stored, '' once it is removed; null without one */
  comment_content: string | null;
  comment_html: string | null;
  comment_renderer: number | null;
};

/** More unread notices than this are not counted. */
export const COUNTED = 100;
/** Up to this many unread notices, different sets always have different states. */
const TOLD_APART = 1000;

/** The notices of a person that are about something they may read now. */
function noticesFor(db: Database, viewer: UserRow) {
  return db
    .selectFrom('notices')
    .where(isOnly(db, 'notices.user_id', viewer.id))
    .where(isAbout(viewer));
}

/**
 * Whether the subject of a notice exists and the viewer may read it. A waiting account gets no
 * notices. A subquery and not joins, so that notices are read in their order, and only until the
 * page is full.
 */
function isAbout(viewer: Viewer): Expression<SqlBool> {
  if (!isMember(viewer)) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`(select ${isReadable(viewer)} from (select 1 as one) as one
    left join posts on posts.id = notices.post_id
    left join comments on comments.id = notices.comment_id
    left join users as actors on actors.id = notices.actor_id)`;
}

function isReadable(viewer: Viewer): Expression<SqlBool> {
  const readable = visibleTo(viewer)(expressionBuilder<Schema, 'posts'>());
  const ofPost = sql<SqlBool>`(${readable} and (notices.kind = 'published'
    or (notices.kind in ('comment', 'reply', 'mention') and comments.state = 'visible')))`;
  if (!can(viewer, 'moderate', { kind: 'blog' })) return ofPost;
  return sql<SqlBool>`(${ofPost}
    or (notices.kind = 'waiting' and notices.comment_id is null
      and actors.state = 'waiting' and actors.state_reason is null)
    or (notices.kind = 'waiting' and comments.state = 'held')
    or (notices.kind = 'report' and posts.id is not null
      and (notices.comment_id is null or comments.state <> 'removed')))`;
}

/** Notices with a lower id than `before`, newest first. */
export async function listNotices(
  db: Database,
  viewer: UserRow,
  { before, limit }: { before: number; limit: number },
): Promise<FoundNotice[]> {
  const page = noticesFor(db, viewer)
    .where('notices.id', '<', before)
    .selectAll()
    .orderBy('notices.user_id', 'desc')
    .orderBy('notices.id', 'desc')
    .limit(firstRows(db, limit));
  return (
    withNames(db, page)
      .orderBy('page.user_id', 'desc')
      .orderBy('page.id', 'desc')
      // A plain number here, so that PostgreSQL does not read whole tables for a few rows.
      .limit(limit)
      .execute()
  );
}

/** All of a person's notices, oldest first. */
export async function listAllOf(
  db: Database,
  userId: number,
): Promise<Omit<NoticeRow, 'user_id'>[]> {
  return db
    .selectFrom('notices')
    .select(['id', 'kind', 'actor_id', 'post_id', 'comment_id', 'created_at', 'read_at'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

/** One of the viewer's notices. */
export async function findNotice(
  db: Database,
  viewer: UserRow,
  id: number,
): Promise<FoundNotice | undefined> {
  const one = noticesFor(db, viewer).where('notices.id', '=', id).selectAll();
  return withNames(db, one).executeTakeFirst();
}

function withNames(db: Database, notices: SelectQueryBuilder<Schema, 'notices', NoticeRow>) {
  return db
    .selectFrom(notices.as('page'))
    .leftJoin('posts', 'posts.id', 'page.post_id')
    .leftJoin('comments', 'comments.id', 'page.comment_id')
    .leftJoin('users as actors', 'actors.id', 'page.actor_id')
    .select([
      'page.id',
      'page.kind',
      'page.actor_id',
      'page.post_id',
      'page.comment_id',
      'page.created_at',
      'page.read_at',
      'actors.username',
      'actors.picture_key',
      'posts.title',
      'comments.content as comment_content',
      'comments.html as comment_html',
      'comments.renderer as comment_renderer',
    ]);
}

/** How many notices a person has not read, COUNTED at most, and the state of all that they have not read. */
export async function findUnread(
  db: Database,
  viewer: UserRow,
): Promise<{ unread: number; state: string }> {
  const counted = noticesFor(db, viewer)
    .select('notices.id')
    .where('notices.read_at', 'is', null)
    .orderBy('notices.user_id', 'desc')
    .orderBy('notices.id', 'desc')
    .limit(firstRows(db, COUNTED));
  const { rows } = await sql<{ unread: number; state: string }>`
    select (select count(*) from (${counted}) as counted) as unread, ${stateOf(db, viewer.id)} as state
  `.execute(db);
  return rows[0] ?? { unread: 0, state: '' };
}

/**
 * The states of these people's unread notices, by user id. A state changes when a notice arrives or
 * is read.
 */
export async function findStates(
  db: Database,
  userIds: readonly number[],
): Promise<Map<number, string>> {
  const ids = JSON.stringify(userIds);
  const people = isShared(db)
    ? sql`(select value::bigint as id from json_array_elements_text(${ids}::json))`
    : sql`(select value as id from json_each(${ids}))`;
  const { rows } = await sql<{ id: number; state: string }>`
    select people.id, ${stateOf(db, sql`people.id`)} as state from ${people} as people`.execute(db);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** The id of the newest and how many there are, from the index of unread notices alone. */
function stateOf(db: Database, userId: number | Expression<unknown>) {
  const unread = db
    .selectFrom('notices')
    .select('id')
    .where(isOnly(db, 'user_id', userId))
    .where('read_at', 'is', null)
    .orderBy('user_id', 'desc')
    .orderBy('id', 'desc')
    .limit(firstRows(db, TOLD_APART));
  return sql`(select coalesce(max(id), 0) || '.' || count(*) from (${unread}) as unread)`;
}

/** Marks a person's unread notices up to this id as read, or only the one with it. `now`: microseconds. */
export async function markRead(
  db: Database,
  { userId, id, only }: { userId: number; id: number; only: boolean },
  now: number,
): Promise<void> {
  await db
    .updateTable('notices')
    .set({ read_at: now })
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .where('id', only ? '=' : '<=', id)
    .execute();
}

/** Deletes at most `limit` notices from before a time (microseconds); returns how many. */
export async function deleteOldNotices(
  db: Database,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const old = db
    .selectFrom('notices')
    .select('id')
    .where('created_at', '<', before)
    .orderBy('created_at')
    .limit(limit);
  const result = await db.deleteFrom('notices').where('id', 'in', old).executeTakeFirst();
  return Number(result.numDeletedRows);
}
