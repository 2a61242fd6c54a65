import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** The count of a post is kept in so many rows, so that many may comment on it at once. */
const COMMENT_SLOTS = 8;

/**
 * Comments on posts. Triggers keep the number of visible ones of each post, and empty those of a
 * deleted account, whoever deletes it. A row stays after its end, for the replies to it; only a
 * post takes its comments along.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = (ddl: Ddl) => [...tables(ddl), ...triggers(ddl)];

const tables = ({ id, integer, text, options, indexesEndWithId }: Ddl) => [
  `alter table posts add column comments_closed ${integer} not null default 0`,
  `create table comments (
    id ${id},
    post_id ${integer} not null references posts (id) on delete cascade,
    user_id ${integer} references users (id) on delete set null,
    parent_id ${integer} references comments (id),
    anchor ${text},
    anchor_revision ${integer},
    content ${text} not null,
    html ${text} not null,
    state ${text} not null default 'visible'
      check (state in ('visible', 'held', 'hidden', 'removed')),
    hidden_reason ${text},
    created_at ${integer} not null,
    edited_at ${integer},
    form_key ${text},
    unique (user_id, form_key)
  ) ${options}`,
  `create index comments_by_post on comments (post_id${indexesEndWithId ? '' : ', id'})`,
  // A comment, then the replies to it, then the next comment.
  `create index comments_in_threads on comments (post_id, coalesce(parent_id, id), id)
   where state <> 'removed'`,
  'create index comments_by_parent on comments (parent_id, state)',
  'create index comments_by_user on comments (user_id, created_at)',
  "create index comments_held on comments (id) where state = 'held'",
  `create table comment_counts (
    post_id ${integer} not null references posts (id) on delete cascade,
    slot ${integer} not null,
    comments ${integer} not null,
    primary key (post_id, slot)
  ) ${options}`,
];

const isVisible = (row = '') => `${row}state = 'visible'`;

const triggers = ({ trigger, changeTrigger }: Ddl) => [
  ...trigger({
    name: 'comments_added',
    event: 'insert',
    table: 'comments',
    when: isVisible('new.'),
    eachRow: addOne,
    allRows: [
      `insert into comment_counts (post_id, slot, comments) ${countsOf('changed')}
       on conflict (post_id, slot) do update
       set comments = comment_counts.comments + excluded.comments`,
    ],
  }),
  ...trigger({
    name: 'comments_deleted',
    event: 'delete',
    table: 'comments',
    when: isVisible('old.'),
    eachRow: removeOne,
    allRows: [
      `update comment_counts set comments = comment_counts.comments - gone.comments
       from (${countsOf('changed')}) as gone
       where comment_counts.post_id = gone.post_id and comment_counts.slot = gone.slot`,
    ],
  }),
  ...changeTrigger({
    name: 'comments_shown',
    table: 'comments',
    column: 'state',
    when: `${isVisible('new.')} and not (${isVisible('old.')})`,
    eachRow: addOne,
  }),
  ...changeTrigger({
    name: 'comments_unshown',
    table: 'comments',
    column: 'state',
    when: `${isVisible('old.')} and not (${isVisible('new.')})`,
    eachRow: removeOne,
  }),
  ...changeTrigger({
    name: 'comments_orphaned',
    table: 'comments',
    column: 'user_id',
    when: 'new.user_id is null and old.user_id is not null',
    eachRow: [
      `update comments
       set content = '', html = '', state = 'removed', hidden_reason = null, form_key = null
       where id = new.id`,
    ],
  }),
];

const addOne = [
  `insert into comment_counts (post_id, slot, comments)
   values (new.post_id, new.id % ${COMMENT_SLOTS}, 1)
   on conflict (post_id, slot) do update set comments = comment_counts.comments + 1`,
];

const removeOne = [
  `update comment_counts set comments = comments - 1
   where post_id = old.post_id and slot = old.id % ${COMMENT_SLOTS}`,
];

const countsOf = (table: string) =>
  `select post_id, id % ${COMMENT_SLOTS} as slot, count(*) as comments
   from ${table} where ${isVisible()} group by post_id, id % ${COMMENT_SLOTS}`;
