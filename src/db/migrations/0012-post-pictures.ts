import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** Pictures in posts, and what uses them. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ id, integer, text, options }: Ddl) => [
  `alter table pictures add column kind ${text} not null default 'face' check (kind in ('face', 'post', 'site'))`,
  // The user's row can only be deleted after the ledger has been told about their pictures.
  `create table post_pictures (
    id ${id},
    key ${text} not null unique,
    user_id ${integer} not null references users (id),
    width ${integer} not null,
    height ${integer} not null,
    bytes ${integer} not null,
    alt ${text} not null,
    caption ${text} not null,
    created_at ${integer} not null,
    unused_since ${integer}
  ) ${options}`,
  'create index post_pictures_by_user on post_pictures (user_id, id)',
  'create index post_pictures_unused on post_pictures (unused_since) where unused_since is not null',
  // No foreign key for the picture: an archive may lack one whose files were lost.
  `create table picture_uses (
    id ${id},
    picture_id ${integer} not null,
    post_id ${integer} references posts (id) on delete cascade,
    draft_id ${integer} references drafts (id) on delete cascade,
    revision_id ${integer} references revisions (id) on delete cascade,
    check (case when post_id is null then 0 else 1 end + case when draft_id is null then 0 else 1 end
      + case when revision_id is null then 0 else 1 end = 1)
  ) ${options}`,
  'create index picture_uses_by_picture on picture_uses (picture_id)',
  'create index picture_uses_by_post on picture_uses (post_id)',
  'create index picture_uses_by_draft on picture_uses (draft_id)',
  'create index picture_uses_by_revision on picture_uses (revision_id)',
  `alter table post_texts add column picture ${text}`,
];
