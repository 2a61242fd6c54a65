import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { DatabaseConfig } from '../../../src/config.ts';
import { POSTGRESQL, SQLITE } from '../../../src/db/ddl.ts';
import { applyMigrations } from '../../../src/db/migrate.ts';
import { nodeSqliteDialect } from '../../../src/db/sqlite/dialect.ts';
import { kyselyPool, openPool } from '../../../src/db/postgres/pool.ts';

/** The database as it is, without what a start does to it. It closes with its block, or by `destroy()`. */
export function openUnmigrated(config: DatabaseConfig): Kysely<unknown> {
  if (config.kind === 'sqlite')
    return new Kysely({ dialect: nodeSqliteDialect(new DatabaseSync(config.file)) });
  const pool = kyselyPool(openPool({ url: config.url, size: 1 }));
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

/** Applies the migrations that are missing up to this number, to a database without rows or to none. */
export async function migrateTo(config: DatabaseConfig, last: number): Promise<void> {
  const ddl = config.kind === 'sqlite' ? SQLITE : POSTGRESQL;
  await using db = openUnmigrated(config);
  await db.transaction().execute((trx) => applyMigrations(trx, ddl, last));
}

/**
 * Fills a database as left by a Masthead whose last migration had this number; it has no rows yet, and
 * the migrations up to that one or fewer.
 */
export async function makeEarlier(config: DatabaseConfig, last: number): Promise<void> {
  await migrateTo(config, last);
  await using db = openUnmigrated(config);
  for (const statement of WRITTEN.slice(0, last).flat()) await sql.raw(statement).execute(db);
}

/**
 * The highest ids ever given. The last user and the last posts were deleted, and nobody may get
 * their ids.
 */
export const PEOPLE = 20;
export const POSTS = 400;

const MINUTE = 60_000_000;
const BEGIN = 1_772_874_300_123_456;

/** The numbers from 1 to `last` as a table `n`. */
const numbers = (last: number) =>
  `(with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${last})
    select n from numbers) as numbers`;

/**
 * Rows for the tables of each migration, in the SQL of their time. About fifty posts, of several
 * people, share each microsecond, and are stored in another order than by date; some people have
 * written nothing.
 */
const WRITTEN: string[][] = [
  [
    `insert into users (username, username_key, email, email_key, password_hash, token_version,
       password_changed_at, picture_key, created_at)
     select 'Åsa ' || n, 'åsa ' || n, n || '@example.com', n || '@example.com', '-', n % 3,
       case when n % 3 > 0 then ${BEGIN} + n end, case when n % 2 = 0 then 'picture ' || n end, n
     from ${numbers(PEOPLE)}`,
    `insert into pictures (key, user_id, state, created_at, due_at)
     select 'picture ' || n, n, case when n % 2 = 0 then 'live' when n % 3 = 0 then 'doomed' else 'pending' end,
       n, case when n % 2 = 1 then ${BEGIN} + n end
     from ${numbers(PEOPLE)}`,
    `insert into posts (user_id, title, content, date_posted, form_key)
     select 1 + n % 18, 'Title ' || n, 'It''s 🎈',
       ${BEGIN} + ${MINUTE} * (n * 37 % ${POSTS} / 60), case when n % 10 = 0 then 'form ' || n end
     from ${numbers(POSTS)}`,
    `delete from posts where id % 50 = 7 or id > ${POSTS - 10}`,
    `delete from users where id in (5, ${PEOPLE})`,
    `insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at, user_agent)
     select 'session ' || n, n, n, n + 1, n + 2, '' from ${numbers(4)}`,
    `insert into reset_tokens (token_hash, user_id, expires_at)
     select 'token ' || n, n, n from ${numbers(4)}`,
    `insert into heartbeat (id, at) values (1, ${BEGIN})`,
  ],
  [`insert into rate_limits (key, points, expire) select 'limit ' || n, n, n from ${numbers(4)}`],
  [`insert into imports (source, finished_at) values ('a blog', ${BEGIN})`],
  [],
  [],
  [],
  [
    `insert into email_changes (token_hash, user_id, email, expires_at)
     select 'change ' || n, n, 'new' || n || '@example.com', n from ${numbers(4)}`,
    `update users set email_confirmed_at = ${BEGIN} + id where id % 4 = 0`,
  ],
  [
    `insert into mails (user_id, kind, address, asked_at, due_at, tries, claimed_until)
     select n, 'reset', '', ${BEGIN}, ${BEGIN} + n, n, case when n % 2 = 0 then ${BEGIN} end from ${numbers(4)}`,
    `insert into mail_days (day, sent) values (20000, 4)`,
  ],
  [
    `update posts set format = 'markdown', version = 1 + id % 3,
       edited_at = case when id % 3 > 0 then ${BEGIN} + id end where id % 4 = 0`,
    `insert into post_texts (post_id, renderer, html, excerpt_html, excerpt_cut, plain, words, shown_plain, updated_at)
     select id, 1, '<p>It''s</p>', '<p>It''s</p>', id % 2, content, 2, case when id % 8 = 0 then 'long' end, ${BEGIN}
     from posts where id % 4 = 0`,
  ],
  [
    `insert into settings (name, value, updated_at) values ('time-zone', 'Europe/Zurich', ${BEGIN})`,
    `insert into drafts (user_id, post_id, title, content, format, tags, audience, version, base_revision,
       publish_at, publish_error, share_hash, form_key, created_at, updated_at)
     select user_id, case when id % 2 = 0 then id end, title, 'It''s next', format, '["soup"]', 'members', 3, null,
       case when id % 3 = 0 then ${BEGIN} + id end, case when id % 9 = 0 then 'refused' end,
       case when id % 5 = 0 then 'share ' || id end, 'form ' || id, ${BEGIN}, ${BEGIN} + id
     from posts where id % 4 = 0`,
    `insert into revisions (post_id, draft_id, user_id, title, content, format, tags, published, created_at)
     select post_id, id, user_id, title, 'It''s earlier', format, '[]', case when post_id is null then 0 else 1 end,
       ${BEGIN} from drafts`,
  ],
  [`update posts set state = 'unpublished' where id % 6 = 0`],
  [
    `insert into post_pictures (key, user_id, width, height, bytes, alt, caption, created_at, unused_since)
     select 'post picture ' || n, n, 1920, 1080, 1000 * n, 'It''s 🎈', '', ${BEGIN},
       case when n % 2 = 0 then ${BEGIN} + n end from ${numbers(4)}`,
    `insert into pictures (key, kind, user_id, state, created_at, due_at)
     select key, 'post', user_id, 'live', created_at, null from post_pictures`,
    `insert into picture_uses (picture_id, post_id) select id, (select min(id) from posts) from post_pictures where id % 2 = 1`,
    `insert into picture_uses (picture_id, draft_id) select 1, min(id) from drafts`,
    `insert into picture_uses (picture_id, revision_id) select 1, min(id) from revisions`,
    `update post_texts set picture = '{}' where post_id % 8 = 0`,
  ],
  [
    `update users set role = case id % 4 when 0 then 'owner' when 1 then 'editor' when 2 then 'member' else 'reader' end,
       state = case when id % 5 = 0 then 'suspended' when id % 7 = 0 then 'waiting' else 'active' end,
       suspended_until = case when id % 10 = 0 then ${BEGIN} end, state_reason = case when id % 5 = 0 then 'spam' end`,
    `insert into owner_links (token_hash, expires_at) values ('owner', ${BEGIN})`,
    `insert into invitations (token_hash, made_by, role, note, uses_left, created_at, expires_at, revoked_at)
     select 'invitation ' || n, n, 'reader', 'for the choir', n, ${BEGIN}, ${BEGIN} + n, case when n = 2 then ${BEGIN} end
     from ${numbers(4)}`,
    `update users set invitation_id = 1 where id % 6 = 0`,
  ],
  [
    `insert into published_drafts (draft_id, user_id, post_id, share_hash, published_at)
     select 5000 + id, user_id, id, case when id % 3 = 0 then 'share ' || id end, ${BEGIN} + id
     from posts where id % 4 = 1`,
  ],
  [
    `update posts set audience = case id % 5 when 0 then 'members' when 1 then 'everyone' else 'blog' end,
       members_only = case id % 5 when 0 then 1 else 0 end`,
  ],
  [
    `insert into moderation_log (actor_id, action, user_id, reason, created_at)
     select n, 'suspended', n + 1, 'It''s spam', ${BEGIN} + n from ${numbers(4)}`,
  ],
  [`update post_texts set indexed = 1`],
  [
    `insert into notices (user_id, kind, actor_id, post_id, comment_id, created_at, read_at)
     select user_id, 'published', null, id, null, ${BEGIN} + id, case when id % 8 = 0 then ${BEGIN} end
     from posts where id % 4 = 0`,
    `insert into notices (user_id, kind, actor_id, created_at)
     select n, 'waiting', n + 1, ${BEGIN} + n from ${numbers(3)}`,
  ],
  [
    `insert into comments (post_id, user_id, parent_id, anchor, anchor_revision, content, html, state, hidden_reason,
       created_at, edited_at, form_key)
     select id, user_id, null, case when id % 3 = 0 then '2.0123456789ab' end, null, 'It''s 🎈', '<p>It''s 🎈</p>',
       case id % 5 when 0 then 'hidden' when 1 then 'held' else 'visible' end,
       case when id % 5 = 0 then 'spam' end, ${BEGIN} + id, case when id % 7 = 0 then ${BEGIN} + 2 * id end,
       case when id % 2 = 0 then 'form ' || id end
     from posts where id % 4 = 0 order by id`,
    `insert into comments (post_id, user_id, parent_id, content, html, created_at)
     select post_id, 1, id, 'Yes', '<p>Yes</p>', ${BEGIN} from comments where id % 2 = 0 order by id`,
    `update comments set state = 'removed', content = '', html = '' where id % 6 = 0`,
    `update posts set comments_closed = 1 where id % 9 = 0`,
  ],
  [
    `insert into profiles (user_id, bio) select id, 'It''s *me*, ' || id from users where id % 3 = 0`,
    `update users set reset_link_at = ${BEGIN} + id where id % 6 = 0`,
    `update invitations set mailed_to = 'guest@example.com', mailed_hash = 'mailed ' || id where id = 1`,
    `insert into site_pictures (name, key, width, height) values ('logo', 'site picture', 320, 80)`,
    `insert into pictures (key, kind, user_id, state, created_at, due_at, bytes)
     values ('site picture', 'site', 1, 'live', ${BEGIN}, null, 1000)`,
  ],
  [
    `update post_texts set teaser = 'It''s' where post_id % 8 = 0`,
    `update users set seen_at = ${BEGIN} + id, last_visit_at = ${BEGIN} where id % 2 = 0`,
    `insert into pinned_posts (place, post_id, pinned_at)
     select n, (select max(id) from posts) - n, ${BEGIN} + n from ${numbers(2)}`,
  ],
  [],
  [
    `insert into notices (user_id, kind, actor_id, post_id, comment_id, created_at)
     select 1, 'comment', user_id, post_id, id, ${BEGIN} + id from comments where user_id <> 1`,
  ],
  [
    `update posts set state = 'hidden', hidden_reason = 'It''s spam', hidden_with_author = id % 2
     where id % 17 = 0 and state = 'published' and user_id <> 1`,
  ],
  [
    `insert into reports (post_id, user_id, reason, created_at, closed_at, closed_by, outcome)
     select id, 1 + id % 4, 'It''s spam', ${BEGIN} + id, case when id % 2 = 0 then ${BEGIN} end,
       case when id % 2 = 0 then 2 end, case when id % 2 = 0 then 'closed' end
     from posts where id % 17 = 0`,
    `update moderation_log set post_id = id, to_user_id = 3 where id % 2 = 0`,
    `update revisions set user_id = null where id % 10 = 0`,
  ],
  [
    `insert into tags (name, key) select 'Tag ' || n, 'tag ' || n from ${numbers(6)}`,
    `delete from tags where key = 'tag 6'`,
    `insert into tag_redirects (key, tag_id) values ('old', 1), ('tag 6', 2)`,
    `insert into tag_merges (merged_id, tag_id) values (6, 2)`,
    `insert into post_tags (post_id, tag_id, place, date_posted, state, members_only)
     select id, 1 + id % 5, 0, date_posted, state, members_only from posts`,
  ],
  [
    `insert into private_feeds (user_id, token_hash, created_at)
     select id, 'feed ' || id, ${BEGIN} from users where id % 4 = 0`,
  ],
  [],
  [`update comments set renderer = 4 where id % 4 = 0 and id % 6 <> 0`],
];
