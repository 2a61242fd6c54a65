import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** What happened that concerns a person: somebody answered, mentioned them, waits for approval. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

/** One comment tells a person once, whether it answers or mentions them; an edit does not tell again. */
export const NOTICES_ONCE =
  "create unique index notices_once on notices (comment_id, user_id) where kind in ('comment', 'reply', 'mention')";

const statements = ({ id, integer, text, options, indexesEndWithId }: Ddl) => [
  `create table notices (
    id ${id},
    user_id ${integer} not null references users (id) on delete cascade,
    kind ${text} not null,
    actor_id ${integer} references users (id) on delete set null,
    post_id ${integer} references posts (id) on delete cascade,
    comment_id ${integer},
    created_at ${integer} not null,
    read_at ${integer}
  ) ${options}`,
  `create index notices_newest on notices (user_id${indexesEndWithId ? '' : ', id'})`,
  `create index notices_unread on notices (user_id${indexesEndWithId ? '' : ', id'}) where read_at is null`,
  'create index notices_by_actor on notices (actor_id)',
  'create index notices_by_post on notices (post_id)',
  'create index notices_by_comment on notices (comment_id)',
  'create index notices_by_age on notices (created_at)',
  NOTICES_ONCE,
];
