import { visibleComments } from '../../../src/auth/policy.ts';
import {
  findPostState,
  listAnchored,
  listComments,
  listIdsOf,
} from '../../../src/comments/comments.store.ts';
import { countHeld, listHeld } from '../../../src/comments/held/held.store.ts';
import { listThreads } from '../../../src/comments/threads.store.ts';
import { findOfForm, findSame, hasVisible } from '../../../src/comments/writing.store.ts';
import { countOpenOf, listOpen, listReportsBy } from '../../../src/reports/reports.store.ts';
import { EDITOR, MEMBER, type Query } from './query.ts';

/** Comments and reports. */
export const OF_COMMENTS: Record<string, Query> = {
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
};
