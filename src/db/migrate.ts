import { type Kysely, sql } from 'kysely';
import { updateVersionTriggers } from './data-version-triggers.ts';
import type { Ddl } from './ddl.ts';
import * as peoplePostsPictures from './migrations/0001-people-posts-pictures.ts';
import * as imports from './migrations/0003-imports.ts';
import * as rateLimits from './migrations/0002-rate-limits.ts';
import * as postCounts from './migrations/0004-post-counts.ts';
import * as newestPosts from './migrations/0005-newest-posts.ts';
import * as dataVersions from './migrations/0006-data-versions.ts';
import * as emailChanges from './migrations/0007-email-changes.ts';
import * as mails from './migrations/0008-mails.ts';
import * as texts from './migrations/0009-texts.ts';
import * as drafts from './migrations/0010-drafts.ts';
import * as postStates from './migrations/0011-post-states.ts';
import * as postPictures from './migrations/0012-post-pictures.ts';
import * as roles from './migrations/0013-roles.ts';
import * as publishedDrafts from './migrations/0014-published-drafts.ts';
import * as audiences from './migrations/0015-audiences.ts';
import * as moderationLog from './migrations/0016-moderation-log.ts';
import * as postIndex from './migrations/0017-post-index.ts';
import * as notices from './migrations/0018-notices.ts';
import * as comments from './migrations/0019-comments.ts';
import * as profiles from './migrations/0020-profiles.ts';
import * as frontPage from './migrations/0021-front-page.ts';
import * as postMonths from './migrations/0022-post-months.ts';
import * as noticesOfComments from './migrations/0023-notices-of-comments.ts';
import * as hiddenPosts from './migrations/0024-hidden-posts.ts';
import * as reports from './migrations/0025-reports.ts';
import * as tags from './migrations/0026-tags.ts';
import * as privateFeeds from './migrations/0027-private-feeds.ts';
import * as anchoredComments from './migrations/0028-anchored-comments.ts';
import * as renderedComments from './migrations/0029-rendered-comments.ts';
import * as tagCountOrder from './migrations/0030-tag-count-order.ts';

interface Migration {
  /** `ddl`: the SQL of the database at hand. */
  up: (db: Kysely<unknown>, ddl: Ddl) => Promise<void>;
}

/** A migration's number is its position in this list, from 1, so the list only grows at its end. */
export const MIGRATIONS: readonly Migration[] = [
  peoplePostsPictures,
  rateLimits,
  imports,
  postCounts,
  newestPosts,
  dataVersions,
  emailChanges,
  mails,
  texts,
  drafts,
  postStates,
  postPictures,
  roles,
  publishedDrafts,
  audiences,
  moderationLog,
  postIndex,
  notices,
  comments,
  profiles,
  frontPage,
  postMonths,
  noticesOfComments,
  hiddenPosts,
  reports,
  tags,
  privateFeeds,
  anchoredComments,
  renderedComments,
  tagCountOrder,
];

/** The table of applied migrations; it also identifies a database as Masthead's. */
export const MIGRATIONS_TABLE = 'masthead_migrations';

/**
 * Applies the missing migrations and returns their number. `trx` is one transaction, so that all or
 * none are applied; it holds a lock that other migrating processes wait for. `last`: the number to
 * stop at, for a database in the state of an earlier Masthead.
 */
export async function applyMigrations(
  trx: Kysely<unknown>,
  ddl: Ddl,
  last = MIGRATIONS.length,
): Promise<number> {
  await sql`create table if not exists ${sql.table(MIGRATIONS_TABLE)} (
    number integer primary key
  ) ${sql.raw(ddl.options)}`.execute(trx);
  const applied = await lastMigration(trx);
  for (const [index, { up }] of MIGRATIONS.slice(0, last).entries()) {
    if (index < applied) continue;
    await up(trx, ddl);
    await sql`insert into ${sql.table(MIGRATIONS_TABLE)} (number) values (${index + 1})`.execute(
      trx,
    );
  }
  if (last === MIGRATIONS.length) await updateVersionTriggers(trx, ddl);
  return Math.max(0, last - applied);
}

/** The number of the last one applied; 0 without any. The table must exist. */
export async function lastMigration(db: Kysely<unknown>): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`
    select max(number) as last from ${sql.table(MIGRATIONS_TABLE)}`.execute(db);
  return rows[0]?.last ?? 0;
}
