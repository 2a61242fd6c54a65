import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Kysely, sql, type TableMetadata } from 'kysely';
import { countFor, visibleTo } from '../../src/auth/policy.ts';
import type { DatabaseConfig } from '../../src/config.ts';
import { type Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { lastMigration, MIGRATIONS, MIGRATIONS_TABLE } from '../../src/db/migrate.ts';
import { tablesInReach } from '../../src/db/tables.ts';
import { StartError } from '../../src/errors.ts';
import type { PostWithAuthor } from '../../src/posts/post.ts';
import { insertPost } from '../../src/posts/writing/writing.store.ts';
import { listPosts, type PostRange } from '../../src/posts/lists.store.ts';
import { caseKey } from '../../src/unicode/case-fold.ts';
import { schemaOf } from '../support/databases/database-schema.ts';
import {
  makeEarlier,
  migrateTo,
  openUnmigrated,
  PEOPLE,
  POSTS,
} from '../support/databases/earlier-database.ts';
import { addUser } from '../support/pictures/ledger.ts';
import { verifyPostCounts } from '../support/databases/post-counts.ts';
import { emptyDatabase, ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Posts on a page: ties cross the ends of most pages, and the last one is not full. */
const LIMIT = 13;

/** A place without a database; on PostgreSQL, with an empty one. */
async function emptyPlace(t: { after: typeof after }): Promise<DatabaseConfig> {
  if (ON_POSTGRESQL) return { kind: 'postgresql', url: await emptyDatabase(t), poolSize: 2 };
  return { kind: 'sqlite', file: join(await temporaryFolder(t), 'masthead.db') };
}

/** Gets one migration after the other, so that the tests do not each apply all of them again. */
const growing = await emptyPlace({ after });

/** A database with the migrations up to this number, which no call before this one has exceeded. */
async function migratedPlace(t: { after: typeof after }, last: number): Promise<DatabaseConfig> {
  await migrateTo(growing, last);
  if (growing.kind === 'postgresql') {
    const template = new URL(growing.url).pathname.slice(1);
    return { ...growing, url: await emptyDatabase(t, `template ${template}`) };
  }
  const file = join(await temporaryFolder(t), 'masthead.db');
  await copyFile(growing.file, file);
  return { ...growing, file };
}

async function schemaOfNew(): Promise<unknown[]> {
  await using db = await openDatabase(await emptyPlace({ after }));
  return await schemaOf(db as Kysely<unknown>);
}

const newSchema = await schemaOfNew();

type Posts = { id: number; user_id: number }[];

/** The state that an earlier Masthead left. */
interface Left {
  migration: number;
  tables: TableMetadata[];
  rows: Record<string, string[]>;
  newestFirst: Posts;
}

/** What an upgrade itself is counted in. */
const RISING = [MIGRATIONS_TABLE, 'data_versions'];
/** The index of a search, which the program fills, and the tables of which it consists in SQLite. */
const INDEX = 'post_index';

async function look(config: DatabaseConfig): Promise<Left> {
  await using db = openUnmigrated(config);
  const tables = (await tablesInReach(db)).filter(
    ({ name }) => !RISING.includes(name) && !name.startsWith(INDEX),
  );
  const rows = await rowsOf(db, tables);
  for (const { name } of tables)
    assert.notDeepEqual(rows[name], [], `nothing was written to ${name}`);
  const migration = await lastMigration(db);
  const published = migration >= 11 ? sql`where state = 'published'` : sql``;
  const { rows: newestFirst } = await sql<Posts[number]>`
    select id, user_id from posts ${published} order by date_posted desc, id desc`.execute(db);
  return { migration, tables, rows, newestFirst };
}

/** All rows of these tables, with the named columns. */
async function rowsOf(db: Kysely<unknown>, tables: TableMetadata[]): Promise<Left['rows']> {
  const found: Left['rows'] = {};
  for (const { name, columns } of tables) {
    const refs = sql.join(columns.map((column) => sql.ref(column.name)));
    const { rows } = await sql`select ${refs} from ${sql.table(name)}`.execute(db);
    found[name] = rows.map((row) => JSON.stringify(row)).toSorted();
  }
  return found;
}

const MEMBER = { id: 1, role: 'member', state: 'active' } as const;

/** The query for the next page. */
const WAYS = {
  skip: (listed) => ({ skip: listed.length }),
  cursor: (listed) => ({ skip: 0, after: listed.at(-1) }),
} satisfies Record<string, (listed: PostWithAuthor[]) => Pick<PostRange, 'after' | 'skip'>>;
type Way = keyof typeof WAYS;

/** Asserts that the pages hold these posts, of everyone or of one person, and that each page says how many. */
async function verifyPages(
  db: Database,
  expected: Posts,
  { ways, userId }: { ways: readonly Way[]; userId?: number },
): Promise<void> {
  for (const way of ways) {
    const next = WAYS[way];
    const listed: PostWithAuthor[] = [];
    // One more page, which must be empty.
    for (let page = 0; page <= Math.ceil(expected.length / LIMIT); page++) {
      const range = {
        ...next(listed),
        limit: LIMIT,
        of: userId === undefined ? undefined : { userId },
        visible: visibleTo(MEMBER),
        counted: countFor(MEMBER),
      };
      const { posts, total } = await listPosts(db, range);
      assert.equal(total, expected.length, `total of page ${page}`);
      listed.push(...posts);
    }
    const ids = [listed, expected].map((posts) => posts.map(({ id }) => id));
    assert.deepEqual(ids[0], ids[1], `by ${way}, of ${userId ?? 'everyone'}`);
  }
}

/** Starts on the database of an earlier Masthead, and asserts that nothing is lost. */
async function verifyUpgrade(config: DatabaseConfig, left: Left): Promise<void> {
  await using db = await openDatabase(config);
  assert.deepEqual(await rowsOf(db as Kysely<unknown>, left.tables), left.rows);
  assert.equal(await lastMigration(db as Kysely<unknown>), MIGRATIONS.length);
  assert.equal(await verifyPostCounts(db), left.newestFirst.length);
  await verifyPages(db, left.newestFirst, { ways: ['skip', 'cursor'] });
  for (let userId = 1; userId <= PEOPLE; userId++) {
    const theirs = left.newestFirst.filter(({ user_id }) => user_id === userId);
    await verifyPages(db, theirs, { ways: [userId % 2 === 0 ? 'skip' : 'cursor'], userId });
  }

  assert.deepEqual(await schemaOf(db as Kysely<unknown>), newSchema);
  if (!ON_POSTGRESQL) {
    const { rows } = await sql`pragma integrity_check`.execute(db);
    assert.deepEqual(
      rows.map((row) => ({ ...(row as object) })),
      [{ integrity_check: 'ok' }],
    );
  }

  const author = await addUser(db, 'a newcomer');
  assert.equal(author, PEOPLE + 1);
  const post = { user_id: author, title: 'New', content: 'Text', date_posted: 1 };
  assert.equal(await insertPost(db, post), POSTS + 1);
  const all = [...left.newestFirst, { id: POSTS + 1, user_id: author }];
  await verifyPages(db, all, { ways: ['cursor'] });
}

for (let last = 1; last < MIGRATIONS.length; last++) {
  test(`after an upgrade from migration ${last} all rows, counts and pages are there, and the schema is a new one's`, async (t) => {
    const config = await migratedPlace(t, last);
    await makeEarlier(config, last);
    await verifyUpgrade(config, await look(config));
  });
}

test('an upgrade that fails in the middle changes nothing, and succeeds once the cause is gone', async (t) => {
  const config = await emptyPlace(t);
  await makeEarlier(config, 1);
  const left = await look(config);
  await change(config, 'create table post_totals (slot integer)');
  await assert.rejects(openDatabase(config), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /post_totals"? already exists/);
    return true;
  });
  await change(config, 'drop table post_totals');
  assert.deepEqual(await look(config), left);
  await verifyUpgrade(config, left);
});

/** Names and addresses as stored by migration 6, by id, and the keys they get. */
const RENEWED: { username: string; email: string; keys: [string, string] }[] = [
  { username: 'vera\u2060', email: 'a@example.com', keys: ['vera', 'a@example.com'] },
  { username: 'Vera', email: 'b@example.com', keys: ['EXACTLY Vera', 'b@example.com'] },
  { username: '\u200bVERA', email: 'c@example.com', keys: ['EXACTLY \u200bVERA', 'c@example.com'] },
  {
    username: 'nora',
    email: 'e@xn--bcher-kva.example',
    keys: ['nora', 'e@xn--bcher-kva.example'],
  },
  {
    username: 'nora ',
    email: 'e@b\u00fccher.example',
    keys: ['EXACTLY nora ', 'EXACTLY e@b\u00fccher.example'],
  },
  { username: '\u200b', email: 'f@m\u00fcller.example', keys: ['', 'f@xn--mller-kva.example'] },
  {
    username: '\u2060',
    email: 'f@xn--mller-kva.example',
    keys: ['EXACTLY \u2060', 'EXACTLY f@xn--mller-kva.example'],
  },
  {
    username: 'Zo\u00eb',
    email: 'g@stra\u00dfe.example',
    keys: ['zo\u00eb', 'g@xn--strae-oqa.example'],
  },
  // Its old key is another's spelling, so the order of the changes matters.
  { username: ' k', email: 'h@example.com', keys: ['k', 'h@example.com'] },
  { username: 'k\u2060', email: 'i@example.com', keys: ['EXACTLY k\u2060', 'i@example.com'] },
];

test('if names or addresses become equal, the lower id gets the key, and the others keep their spelling', async (t) => {
  const config = await emptyPlace(t);
  await makeEarlier(config, 1);
  await using before = openUnmigrated(config);
  await sql`delete from users`.execute(before);
  for (const { username, email } of RENEWED) {
    await sql`insert into users (username, username_key, email, email_key, password_hash, created_at)
      values (${username}, ${caseKey(username)}, ${email}, ${caseKey(email)}, '-', 1)`.execute(
      before,
    );
  }
  await before.destroy();
  await using db = await openDatabase(config);
  const rows = await db
    .selectFrom('users')
    .select(['username', 'email', 'username_key', 'email_key'])
    .orderBy('id')
    .execute();
  assert.deepEqual(
    rows.map(({ username, email, ...keys }) => ({ username, email, keys: Object.values(keys) })),
    RENEWED,
  );
});

async function change(config: DatabaseConfig, statement: string): Promise<void> {
  await using db = openUnmigrated(config);
  await sql.raw(statement).execute(db);
}
