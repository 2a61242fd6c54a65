import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CompiledQuery,
  createQueryId,
  type KyselyPlugin,
  type RootOperationNode,
  sql,
} from 'kysely';
import { countFor, type Viewer, visibleComments, visibleTo } from '../../src/auth/policy.ts';
import { deleteExpiredSessions } from '../../src/auth/sessions.store.ts';
import { deleteExpiredLimits } from '../../src/rate-limits/rate-limits.store.ts';
import { deleteExpiredResetTokens } from '../../src/users/users.store.ts';
import type { Database } from '../../src/db/database.ts';
import { claimDue, findDoomedOf } from '../../src/pictures/pictures.store.ts';
import {
  findPostState,
  listAnchored,
  listComments,
  listIdsOf,
} from '../../src/comments/comments.store.ts';
import { countHeld, listHeld } from '../../src/comments/held/held.store.ts';
import { listThreads } from '../../src/comments/threads.store.ts';
import { findOfForm, findSame, hasVisible } from '../../src/comments/writing.store.ts';
import { listPostsById } from '../../src/feeds/sitemap.store.ts';
import type { UserRow } from '../../src/db/schema.ts';
import { findUnread, listNotices } from '../../src/notices/reading.store.ts';
import { countMonths } from '../../src/posts/archive/archive.store.ts';
import { findNeighbours } from '../../src/posts/neighbours.store.ts';
import { listEntries, listPosts, type PostRange } from '../../src/posts/lists.store.ts';
import { listPeople } from '../../src/admin/people.store.ts';
import { countOpenOf, listOpen, listReportsBy } from '../../src/reports/reports.store.ts';
import { listWriters } from '../../src/profiles/profiles.store.ts';
import { listRevisions, newestPublished } from '../../src/posts/history/revisions.store.ts';
import { temporaryLedger } from '../support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { until } from '../support/until.ts';

/** The steps of the database's plan for each statement of `run`. */
async function plansOf(db: Database, run: (db: Database) => Promise<unknown>): Promise<string[]> {
  const nodes: RootOperationNode[] = [];
  // Also parts of statements, which have no result of their own.
  const seen = new WeakMap<object, RootOperationNode>();
  const recorder: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      seen.set(queryId, node);
      return node;
    },
    transformResult: async ({ result, queryId }) => {
      const node = seen.get(queryId);
      if (node) nodes.push(node);
      return result;
    },
  };
  await run(db.withPlugin(recorder));
  const steps: string[] = [];
  for (const node of nodes) {
    const query = db.getExecutor().compileQuery(node, createQueryId());
    const explain = ON_POSTGRESQL ? 'explain' : 'explain query plan';
    const explained = CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters]);
    const { rows } = await db.executeQuery<Record<string, string>>(explained);
    steps.push(...rows.map((row) => row['detail'] ?? row['QUERY PLAN'] ?? ''));
  }
  return steps;
}

/**
 * PostgreSQL plans by what it knows of the rows, so there must be some: few of them due or expired, as
 * usual. SQLite, never asked to analyze, does not look.
 */
async function fill(db: Database): Promise<void> {
  if (!ON_POSTGRESQL) return;
  const people = 'generate_series(1, 10000) as n';
  for (const statement of [
    `insert into users (username, username_key, email, email_key, password_hash, created_at)
      select n, n, n, n, '-', n from ${people}`,
    `insert into posts (user_id, title, content, date_posted)
      select 1 + n % 10000, n, repeat('x', 500), n from generate_series(1, 30000) as n`,
    `update posts set state = 'unpublished' where id % 100 = 0`,
    `update posts set state = 'hidden' where id % 1000 = 1`,
    `insert into revisions (post_id, user_id, title, content, format, published, created_at)
      select id, user_id, title, content, 'text', 1, id from posts`,
    `insert into drafts (user_id, title, content, format, version, created_at, updated_at)
      select n, n, n, 'text', 1, n, n from ${people}`,
    `insert into revisions (draft_id, user_id, title, content, format, published, created_at)
      select 1 + n / 10, n, n, repeat('x', 500), 'text', 0, n from ${people}`,
    `insert into post_texts select id, 1, '', '', 0, '', 0, null, 0 from posts`,
    `insert into tags (name, key) select n, n from generate_series(1, 5000) as n`,
    `insert into post_tags select id, case n when 0 then 1 else 2 + (2 * id + n) % 4900 end, n, date_posted, state, members_only
      from posts cross join generate_series(0, 2) as n`,
    `insert into pictures select md5(n::text), n, 'live', n, null from ${people}`,
    `insert into pictures select 'due ' || n, n, 'doomed', n, n from generate_series(1, 20) as n`,
    `insert into comments (post_id, user_id, content, html, created_at)
      select case when n % 2 = 0 then 5 else n end, n, n, n, n from ${people}`,
    `update comments set anchor = '1.0123456789ab' where id % 20 = 0`,
    `update comments set state = 'held' where id % 1000 = 7`,
    `insert into reports (comment_id, user_id, reason, created_at, closed_at)
      select n, n, 'x', n, case when n % 100 > 0 then n end from ${people}`,
    `insert into sessions select n, n, n, n, n, '-' from ${people}`,
    `insert into reset_tokens select n, n, n from ${people}`,
    `insert into rate_limits select n, 1, n * 1000 from ${people}`,
    `insert into notices (user_id, kind, post_id, created_at, read_at)
      select 1 + n % 100, 'published', n, n, case when n % 10 > 0 then n end from generate_series(1, 20000) as n`,
    'analyze',
  ]) {
    await db.transaction().execute(async (trx) => {
      // On a busy machine, one of them takes longer than a reader's may.
      await sql`set local statement_timeout = 0`.execute(trx);
      await sql.raw(statement).execute(trx);
    });
  }
  // As autovacuum does it: an index that says all is read alone where everybody may see the rows, which is not
  // known before their commit has reached the disk.
  await until('rows that everybody may see', async () => {
    await sql`vacuum posts, post_tags`.execute(db);
    const { rows } = await sql<{ all: boolean }>`
      select bool_and(relallvisible = relpages) as all from pg_class
      where oid in ('posts'::regclass, 'post_tags'::regclass)`.execute(db);
    return rows[0]?.all || undefined;
  });
}

/** One for all plans: what their queries change are a few rows. */
const { db: filled } = await temporaryLedger({ after });
await fill(filled);

interface Uses {
  sqlite: string[];
  postgresql: string[];
}

interface Query {
  run: (db: Database) => Promise<unknown>;
  uses: Uses;
  /** PostgreSQL may find the few due rows through two parts of an index and sort them. */
  sortsFew?: true;
  /** It sorts a few rows that no index has in this order. */
  sorts?: true;
}

/** Not by the date alone: posts of one microsecond, as from an import, would all be read. */
const BEHIND_A_PLACE = {
  sqlite: ['(date_posted,rowid)<(?,?)'],
  postgresql: ['ROW(date_posted, id) < ROW('],
};

const MEMBER = { id: 1, role: 'member', state: 'active', hidden_posts: 0 } as const;
const EDITOR = { ...MEMBER, role: 'editor' } as const;

/** Of everyone, of one person, and with one tag. Skipped posts are neither looked up nor counted in a table. */
function lists(
  where: string,
  given: Omit<PostRange, 'of' | 'visible' | 'counted'>,
): Record<string, Query> {
  return {
    ...listsFor(null, where, given),
    ...listsFor(MEMBER, `${where} for members`, given),
    ...listsFor(EDITOR, `${where} for editors`, given),
  };
}

function listsFor(
  viewer: Viewer,
  where: string,
  given: Omit<PostRange, 'of' | 'visible' | 'counted'>,
): Record<string, Query> {
  const range = { ...given, visible: visibleTo(viewer), counted: countFor(viewer) };
  const [newest, byUser] =
    viewer === EDITOR
      ? ['posts_newest_kept', 'posts_kept_by_user']
      : viewer
        ? ['posts_newest', 'posts_by_user']
        : ['posts_newest_public', 'posts_public_by_user'];
  const byTag = viewer ? 'post_tags_newest' : 'post_tags_newest_public';
  // SQLite compares each row with `<>`, also where the index holds no other.
  const alone = viewer === EDITOR ? 'INDEX' : 'COVERING INDEX';
  const lookUps = {
    sqlite: [
      'SEARCH posts USING INTEGER PRIMARY KEY',
      'SEARCH users USING INTEGER PRIMARY KEY',
      'SEARCH post_texts USING INTEGER PRIMARY KEY',
    ],
    postgresql: [
      'Index Scan using posts_pkey',
      'Index Scan using users_pkey',
      'Index Scan using post_texts_pkey',
    ],
  };
  const place = range.after ? BEHIND_A_PLACE : { sqlite: [], postgresql: [] };
  return {
    [`the home page${where}`]: {
      run: (db) => listPosts(db, range),
      uses: {
        sqlite: [`posts USING ${alone} ${newest}`, ...place.sqlite, ...lookUps.sqlite],
        postgresql: [`Index Only Scan using ${newest}`, ...place.postgresql, ...lookUps.postgresql],
      },
    },
    [`a tag's page${where}`]: {
      run: (db) => listPosts(db, { ...range, of: { tagId: 1 } }),
      uses: {
        sqlite: [
          `post_tags USING COVERING INDEX ${byTag}`,
          ...place.sqlite.map((part) => part.replace('rowid', 'post_id')),
          ...lookUps.sqlite,
        ],
        postgresql: [
          `Index Only Scan using ${byTag}`,
          ...place.postgresql.map((part) => part.replace('id', 'post_id')),
          ...lookUps.postgresql,
        ],
      },
    },
    [`a month's page${where}`]: {
      run: (db) => listEntries(db, { ...range, of: { month: 197_001 } }),
      uses: {
        sqlite: ['(date_posted', ...lookUps.sqlite],
        postgresql: ['Index Cond: ((date_posted >=', ...lookUps.postgresql],
      },
    },
    [`a month of a tag${where}`]: {
      run: (db) => listEntries(db, { ...range, of: { tagId: 1, month: 197_001 } }),
      uses: {
        sqlite: [`post_tags USING COVERING INDEX ${byTag} (tag_id=? AND `, ...lookUps.sqlite],
        postgresql: [
          "(tag_id = '1'::bigint) AND (date_posted >=",
          `using ${byTag}`,
          ...lookUps.postgresql,
        ],
      },
    },
    [`a month of a person${where}`]: {
      run: (db) => listEntries(db, { ...range, of: { userId: 1, month: 197_001 } }),
      uses: {
        sqlite: ['(user_id=? AND ', ...lookUps.sqlite],
        postgresql: ["(user_id = '1'::bigint) AND (date_posted >=", ...lookUps.postgresql],
      },
    },
    [`the archive of a tag${where}`]: {
      run: (db) => countMonths(db, [197_001, 197_002], { ...range, of: { tagId: 1 } }),
      uses: {
        sqlite: [`post_tags USING COVERING INDEX ${byTag} (tag_id=? AND date_posted>? AND`],
        postgresql: [`using ${byTag}`],
      },
      sorts: true,
    },
    [`the archive of a person${where}`]: {
      run: (db) => countMonths(db, [197_001, 197_002], { ...range, of: { userId: 1 } }),
      uses: {
        sqlite: ['(user_id=? AND date_posted>? AND date_posted<?)'],
        postgresql: ["(user_id = '1'::bigint) AND (date_posted >="],
      },
      sorts: true,
    },
    [`a person's page${where}`]: {
      run: (db) => listPosts(db, { ...range, of: { userId: 1 } }),
      uses: {
        sqlite: [`posts USING ${alone} ${byUser}`, ...place.sqlite, ...lookUps.sqlite],
        postgresql: [`Index Only Scan using ${byUser}`, ...place.postgresql, ...lookUps.postgresql],
      },
    },
  };
}

const NOTIFIED = { ...MEMBER, role: 'editor' } as unknown as UserRow;

const QUERIES: Record<string, Query> = {
  'a page of notices': {
    run: (db) => listNotices(db, NOTIFIED, { before: 9000, limit: 20 }),
    uses: {
      sqlite: ['notices USING INDEX notices_newest'],
      postgresql: ['notices_newest'],
    },
  },
  'the count of unread notices': {
    run: (db) => findUnread(db, NOTIFIED),
    uses: {
      sqlite: ['notices USING INDEX notices_unread'],
      postgresql: ['notices_unread'],
    },
  },
  ...lists('', { skip: 0, limit: 10 }),
  ...lists(' far down', { skip: 29_000, limit: 10 }),
  ...lists(' behind a cursor', { after: { date_posted: 500, id: 500 }, skip: 0, limit: 10 }),
  'the posts before and after one': {
    run: (db) => findNeighbours(db, { date_posted: 500, id: 500 }, visibleTo(null)),
    uses: {
      sqlite: [
        'posts USING COVERING INDEX posts_newest_public',
        '(date_posted,rowid)<(?,?)',
        '(date_posted,rowid)>(?,?)',
      ],
      postgresql: [
        'Index Only Scan using posts_newest_public',
        'Index Only Scan Backward using posts_newest_public',
        'ROW(date_posted, id) < ROW(',
        'ROW(date_posted, id) > ROW(',
      ],
    },
  },
  'a part of the sitemap': {
    run: (db) =>
      listPostsById(db, { after: 500, last: 50_000, limit: 10, visible: visibleTo(null) }),
    uses: {
      sqlite: ['posts USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)'],
      postgresql: ['Index Scan using posts_pkey'],
    },
  },
  'the newest published text': {
    run: (db) => newestPublished(db, 5),
    uses: {
      sqlite: ['revisions USING INDEX revisions_by_post'],
      postgresql: ['revisions_by_post'],
    },
  },
  'a page of a history': {
    run: (db) =>
      listRevisions(db, { postId: 5, draftId: null, before: 500, limit: 20, maxBytes: 1 }),
    uses: {
      sqlite: ['revisions USING INDEX revisions_by_post'],
      postgresql: ['revisions_by_post'],
    },
  },
  'a page of the history of a draft': {
    run: (db) =>
      listRevisions(db, { postId: null, draftId: 5, before: 500, limit: 20, maxBytes: 1 }),
    uses: {
      sqlite: ['revisions USING INDEX revisions_by_draft'],
      postgresql: ['revisions_by_draft'],
    },
    sortsFew: true,
  },
  'a page of comments in threads': {
    run: (db) => listThreads(db, { postId: 5, limit: 30, visible: visibleComments(null, 1) }),
    uses: {
      sqlite: ['comments USING INDEX comments_in_threads'],
      postgresql: ['comments_in_threads'],
    },
  },
  'a page of comments behind a place': {
    run: (db) =>
      listThreads(db, {
        postId: 5,
        after: { thread: 500, id: 600 },
        limit: 30,
        visible: visibleComments(MEMBER, 1),
      }),
    uses: {
      sqlite: ['comments USING INDEX comments_in_threads (post_id=? AND <expr>=? AND id>?)'],
      postgresql: ['comments_in_threads'],
    },
    // The rest of one thread.
    sortsFew: true,
  },
  'a page of comments before a place': {
    run: (db) =>
      listThreads(db, {
        postId: 5,
        before: { thread: 500, id: 600 },
        limit: 30,
        visible: visibleComments(EDITOR, 1),
      }),
    uses: {
      sqlite: ['comments USING INDEX comments_in_threads (post_id=? AND <expr>=? AND id<?)'],
      postgresql: ['comments_in_threads'],
    },
    sortsFew: true,
  },
  'a page of comments over the API': {
    run: (db) =>
      listComments(db, { postId: 5, after: 500, limit: 20, visible: visibleComments(MEMBER, 1) }),
    uses: {
      sqlite: [
        'comments USING INDEX comments_by_post (post_id=? AND rowid>?)',
        'replies USING COVERING INDEX comments_by_parent',
      ],
      postgresql: ['comments_by_post', 'comments_by_parent on comments replies'],
    },
  },
  'what comments point at': {
    run: (db) => listAnchored(db, 5),
    uses: {
      sqlite: ['comments USING INDEX comments_anchored'],
      postgresql: ['comments_anchored'],
    },
    // Those of one post, by paragraph.
    sorts: true,
  },
  "a person's comments": {
    run: (db) => listIdsOf(db, 7),
    uses: {
      sqlite: ['comments USING INDEX comments_by_user'],
      postgresql: ['comments_by_user'],
    },
    sortsFew: true,
  },
  'what a new comment is compared with': {
    run: (db) =>
      db.transaction().execute(async (trx) => {
        const about = { post_id: 5, parent_id: null, content: 'x' };
        await findSame(trx, { ...about, userId: 7, since: 5 });
        await findOfForm(trx, { ...about, user_id: 7, form_key: 'y', html: '', created_at: 1 });
        await hasVisible(trx, 7);
      }),
    uses: {
      sqlite: [
        'comments USING INDEX comments_by_user (user_id=? AND created_at>?)',
        '(user_id=? AND form_key=?)',
        'comments USING INDEX comments_by_user (user_id=?)',
      ],
      postgresql: ['comments_by_user', 'comments_user_id_form_key_key'],
    },
    sortsFew: true,
  },
  'the comments that wait': {
    run: async (db) => {
      await listHeld(db, { after: 5, limit: 20 });
      await countHeld(db, 1000);
    },
    uses: {
      sqlite: [
        'comments USING INDEX comments_held (id>?)',
        'comments USING INDEX comments_held',
        'posts USING INTEGER PRIMARY KEY',
      ],
      postgresql: ['comments_held', 'posts_pkey'],
    },
  },
  'open reports': {
    run: (db) => listOpen(db, { after: 5, limit: 50 }),
    uses: {
      sqlite: [
        'reports USING INDEX reports_open (id>?)',
        'posts USING INTEGER PRIMARY KEY',
        'comments USING INTEGER PRIMARY KEY',
      ],
      postgresql: ['reports_open', 'posts_pkey', 'comments_pkey'],
    },
  },
  'the reports of one comment, and of one person': {
    run: async (db) => {
      await listReportsBy(db, 7);
      await db.transaction().execute(async (trx) => {
        await countOpenOf(trx, { commentId: 5 });
        await countOpenOf(trx, { postId: 5 });
      });
    },
    uses: {
      sqlite: [
        'reports USING INDEX sqlite_autoindex_reports_2 (comment_id=?)',
        'reports USING INDEX sqlite_autoindex_reports_1 (post_id=?)',
        'reports USING INDEX reports_by_user (user_id=?)',
      ],
      postgresql: ['reports_comment_id_user_id_key', 'reports_by_user'],
    },
    sortsFew: true,
  },
  'the number of comments on a post': {
    run: (db) => findPostState(db, 5),
    uses: {
      sqlite: ['comment_counts USING INDEX', 'posts USING INTEGER PRIMARY KEY'],
      postgresql: ['comment_counts_pkey', 'posts_pkey'],
    },
  },
  'the sweep': {
    run: (db) => claimDue(db, { now: 5, includePending: false, limit: 10, leaseEnd: 6 }),
    uses: {
      sqlite: ['pictures USING INDEX pictures_due'],
      postgresql: ['pictures_due', 'pictures_pkey'],
    },
    sortsFew: true,
  },
  'the expiry': {
    run: async (db) => {
      await deleteExpiredSessions(db, 5);
      await deleteExpiredResetTokens(db, 5);
      await deleteExpiredLimits(db, 5);
    },
    uses: {
      sqlite: [
        'sessions USING INDEX sessions_by_expiry',
        'reset_tokens USING INDEX reset_tokens_by_expiry',
        'rate_limits USING INDEX rate_limits_by_expiry',
      ],
      postgresql: ['sessions_by_expiry', 'reset_tokens_by_expiry', 'rate_limits_by_expiry'],
    },
  },
  'the people who write, for strangers': {
    run: (db) => listWriters(db, { counted: countFor(null), after: 500, limit: 50 }),
    uses: {
      sqlite: ['post_counts USING INDEX post_counts_of_public', 'users USING INTEGER PRIMARY KEY'],
      postgresql: ['post_counts_of_public'],
    },
  },
  'the people who write, for members': {
    run: (db) => listWriters(db, { counted: countFor(MEMBER), after: 500, limit: 50 }),
    uses: {
      sqlite: ['post_counts USING INDEX post_counts_of_all', 'users USING INTEGER PRIMARY KEY'],
      postgresql: ['post_counts_of_all'],
    },
  },
  'the people who write, for editors': {
    run: (db) => listWriters(db, { counted: countFor(EDITOR), after: 500, limit: 50 }),
    uses: {
      sqlite: ['post_counts USING INTEGER PRIMARY KEY', 'users USING INTEGER PRIMARY KEY'],
      postgresql: ['post_counts_pkey', 'users_pkey'],
    },
  },
  'the people of an admin page': {
    run: (db) => listPeople(db, { key: '', before: 500, limit: 50 }),
    uses: {
      sqlite: ['users USING INTEGER PRIMARY KEY', 'sessions USING INDEX sessions_by_user'],
      postgresql: ['users_pkey', 'sessions_by_user'],
    },
  },
  'the deletion of an account': {
    run: (db) => db.transaction().execute((trx) => findDoomedOf(trx, 1)),
    uses: {
      sqlite: ['pictures USING INDEX pictures_by_user'],
      postgresql: ['pictures_by_user'],
    },
  },
};

for (const [name, { run, uses, sortsFew, sorts }] of Object.entries(QUERIES)) {
  test(`the query of ${name} reads indexes and sorts nothing`, async () => {
    const steps = await plansOf(filled, run);
    const expected = ON_POSTGRESQL ? uses.postgresql : uses.sqlite;
    assert.ok(steps.length >= expected.length);
    for (const part of expected)
      assert.ok(
        steps.some((step) => step.includes(part)),
        steps.join('\n'),
      );
    for (const step of steps) {
      if (!sorts) {
        assert.doesNotMatch(
          step,
          sortsFew ? /TEMP B-TREE/ : /TEMP B-TREE|\bSort\b/,
          steps.join('\n'),
        );
      }
      // The page itself, at most a hundred posts, is scanned; tables are not.
      assert.doesNotMatch(
        step,
        /^SCAN (?:users|pictures|sessions|reset_tokens|comments|reports|notices)\b(?!.*INDEX)/,
      );
      // A position is found in the index, not by filtering what is read from it.
      assert.doesNotMatch(step, /Filter:.*date_posted/, steps.join('\n'));
      // The total is the sum of sixteen rows.
      assert.doesNotMatch(step, /Seq Scan on (?!post_totals)/, steps.join('\n'));
    }
  });
}
