import { countFor, type Viewer, visibleTo } from '../../../src/auth/policy.ts';
import { listPostsById } from '../../../src/feeds/sitemap.store.ts';
import { countMonths } from '../../../src/posts/archive/archive.store.ts';
import { findNeighbours } from '../../../src/posts/neighbours.store.ts';
import { listEntries, listPosts, type PostRange } from '../../../src/posts/lists.store.ts';
import { listRevisions, newestPublished } from '../../../src/posts/history/revisions.store.ts';
import { EDITOR, MEMBER, type Query } from './query.ts';

/** Not by the date alone: posts of one microsecond, as from an import, would all be read. */
const BEHIND_A_PLACE = {
  sqlite: ['(date_posted,rowid)<(?,?)'],
  postgresql: ['ROW(date_posted, id) < ROW('],
};

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

/** Lists of posts, and the history of a text. */
export const OF_POSTS: Record<string, Query> = {
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
};
