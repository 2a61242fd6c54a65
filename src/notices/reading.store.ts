import { type Expression, expressionBuilder, sql, type SqlBool } from 'kysely';
import { can, isMember, type Viewer, visibleTo } from '../auth/policy.ts';
import { type Database, isShared } from '../db/database.ts';
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
/** Of so many rows, what is unread is told apart exactly. */
const TOLD_APART = 1000;

/** The notices of a person that are about something they may read now. */
function noticesFor(db: Database, viewer: UserRow) {
  return db
    .selectFrom('notices')
    .leftJoin('posts', 'posts.id', 'notices.post_id')
    .leftJoin('comments', 'comments.id', 'notices.comment_id')
    .leftJoin('users as actors', 'actors.id', 'notices.actor_id')
    .where('notices.user_id', '=', viewer.id)
    .where(isAbout(viewer));
}

/** Whether what a notice is about is there, and the viewer may read it. Whoever is not let in yet is told of nothing. */
function isAbout(viewer: Viewer): Expression<SqlBool> {
  if (!isMember(viewer)) return sql<SqlBool>`1 = 0`;
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
  return selected(noticesFor(db, viewer))
    .where('notices.id', '<', before)
    .orderBy('notices.id', 'desc')
    .limit(limit)
    .execute();
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
  return selected(noticesFor(db, viewer)).where('notices.id', '=', id).executeTakeFirst();
}

function selected(query: ReturnType<typeof noticesFor>) {
  return query.select([
    'notices.id',
    'notices.kind',
    'notices.actor_id',
    'notices.post_id',
    'notices.comment_id',
    'notices.created_at',
    'notices.read_at',
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
    .limit(COUNTED);
  const { rows } = await sql<{ unread: number; state: string }>`
    select (select count(*) from (${counted}) as counted) as unread, ${stateOf(sql`${viewer.id}`)} as state
  `.execute(db);
  return rows[0] ?? { unread: 0, state: '' };
}

/** The states of what these people have not read, by id: another one once a notice comes or is read. */
export async function findStates(
  db: Database,
  userIds: readonly number[],
): Promise<Map<number, string>> {
  const ids = JSON.stringify(userIds);
  const people = isShared(db)
    ? sql`(select value::bigint as id from json_array_elements_text(${ids}::json))`
    : sql`(select value as id from json_each(${ids}))`;
  const { rows } = await sql<{ id: number; state: string }>`
    select people.id, ${stateOf(sql`people.id`)} as state from ${people} as people`.execute(db);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** Reads the index of unread notices alone. */
const stateOf = (userId: Expression<unknown>) => {
  const unread = sql`from notices where user_id = ${userId} and read_at is null`;
  return sql`(select coalesce(max(id), 0) ${unread}) || '.' ||
    (select count(*) from (select 1 ${unread} limit ${sql.lit(TOLD_APART)}) as unread)`;
};

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
