import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countFor, visibleComments, visibleTo } from '../../src/auth/policy.ts';
import { listComments } from '../../src/comments/comments.store.ts';
import { listThreads } from '../../src/comments/threads.store.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { UserRow } from '../../src/db/schema.ts';
import { newestRevisionOf } from '../../src/drafts/drafts.store.ts';
import { findStates, findUnread, listNotices } from '../../src/notices/reading.store.ts';
import { listUnusedOf } from '../../src/pictures/posts/picture-uses.store.ts';
import { listPostPictures } from '../../src/pictures/posts/post-pictures.store.ts';
import {
  findNextRevision,
  hasHistory,
  listRevisions,
  newestPublished,
} from '../../src/posts/history/revisions.store.ts';
import { listEntries, listPosts } from '../../src/posts/lists.store.ts';
import { emptyDatabase } from '../support/databases/postgres.ts';
import { explained, MEMBER, statementsOf } from './plans/query.ts';
import { FEW, fillSkewed, MANY } from './plans/skewed-rows.ts';

/** The most rows that any step may read: as many unread notices are told apart. */
const MOST = 1000;

const memberOf = (id: number) => ({ ...MEMBER, id }) as unknown as UserRow;
const range = { skip: 0, limit: 10, visible: visibleTo(MEMBER), counted: countFor(MEMBER) };

type Lists = Record<string, (db: Database, id: number) => Promise<unknown>>;

/** Lists of one person or one post, each with the same id. */
const LISTS: Lists = {
  'the state of what is unread': (db, id) => findStates(db, [id]),
  'the count of what is unread': (db, id) => findUnread(db, memberOf(id)),
  'a page of notices': (db, id) => listNotices(db, memberOf(id), { before: 1e15, limit: 20 }),
  'a page of a history': (db, postId) =>
    listRevisions(db, { postId, draftId: null, before: 1e15, limit: 20, maxBytes: 1e6 }),
  'the next text of a history': (db, postId) =>
    findNextRevision(db, { id: 1, postId, draftId: null }),
  'whether there is a history': hasHistory,
  'a page of pictures': (db, userId) => listPostPictures(db, userId, { skip: 0, limit: 20 }),
  'pictures that nothing uses': (db, userId) => listUnusedOf(db, userId, 20),
  "a person's posts": (db, userId) => listPosts(db, { ...range, of: { userId } }),
  "a person's posts of a month": (db, userId) =>
    listEntries(db, { ...range, of: { userId, month: 197_001 } }),
};

/** With a further condition: PostgreSQL, until it has looked at the rows, takes them for so few that it sorts them all. */
const FILTERED: Lists = {
  'a page of comments over the API': (db, postId) =>
    listComments(db, { postId, after: 0, limit: 20, visible: visibleComments(null, 1) }),
  'a page of comments in threads': (db, postId) =>
    listThreads(db, { postId, limit: 20, visible: visibleComments(null, 1) }),
  'the newest published text': newestPublished,
  'the newest revision of a draft': newestRevisionOf,
};

/** What PostgreSQL knows of the rows, by what is asked of it before and after they come. */
const KNOWN: Record<string, { before: string; after: string }> = {
  nothing: { before: '', after: '' },
  'that there are none': { before: 'vacuum analyze', after: '' },
  'how often each value comes': { before: '', after: 'analyze' },
  'all there is to know': { before: '', after: 'vacuum analyze' },
};

for (const [known, { before, after }] of Object.entries(KNOWN)) {
  test(`lists of one read no further than they must where PostgreSQL knows ${known}`, async (t) => {
    const url = await emptyDatabase(t);
    const db = await openDatabase({ kind: 'postgresql', url, poolSize: 1 });
    t.after(() => db.destroy());
    await fillSkewed(db, { before, after });
    const lists = after === '' ? LISTS : { ...LISTS, ...FILTERED };
    for (const [list, run] of Object.entries(lists)) {
      for (const id of [FEW, MANY]) {
        await t.test(`${list}, of ${id === FEW ? 'few old rows' : 'many'}`, async () => {
          for (const statement of await statementsOf(db, (on) => run(on, id))) {
            const [answer] = await explained(db, 'explain (analyze, format json)', statement);
            const [explanation] = (answer?.['QUERY PLAN'] ?? []) as { Plan: Step }[];
            const plan = explanation?.Plan;
            assert.ok(
              plan && mostRead(plan) <= MOST,
              `${statement.sql}\n${JSON.stringify(plan, null, 1)}`,
            );
          }
        });
      }
    }
  });
}

interface Step {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Step[];
}

/** The most rows that any step of a plan has read. */
function mostRead(step: Step): number {
  const rows = step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0);
  return Math.max(rows * step['Actual Loops'], ...(step.Plans ?? []).map(mostRead));
}
