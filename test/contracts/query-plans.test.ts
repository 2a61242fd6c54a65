import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { countFor } from '../../src/auth/policy.ts';
import { deleteExpiredSessions } from '../../src/auth/sessions.store.ts';
import { deleteExpiredLimits } from '../../src/rate-limits/rate-limits.store.ts';
import { deleteExpiredResetTokens } from '../../src/users/reset-tokens.store.ts';
import { claimDue, findDoomedOf } from '../../src/pictures/pictures.store.ts';
import type { UserRow } from '../../src/db/schema.ts';
import { findUnread, listNotices } from '../../src/notices/reading.store.ts';
import { listPeople } from '../../src/admin/people.store.ts';
import { listWriters } from '../../src/profiles/profiles.store.ts';
import { temporaryLedger } from '../support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { OF_COMMENTS } from './plans/comments.ts';
import { OF_POSTS } from './plans/posts.ts';
import { EDITOR, MEMBER, plansOf, type Query } from './plans/query.ts';
import { fill } from './plans/rows.ts';

/** One for all plans: what their queries change are a few rows. */
const { db: filled } = await temporaryLedger({ after });
await fill(filled);

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
  ...OF_POSTS,
  ...OF_COMMENTS,
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
