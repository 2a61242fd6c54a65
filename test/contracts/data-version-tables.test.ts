import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColumnMetadata, type RawBuilder, sql, type TableMetadata } from 'kysely';
import type { OpenDatabase } from '../../src/db/database.ts';
import { RULES } from '../../src/db/data-version-rules.ts';
import { MIGRATIONS_TABLE } from '../../src/db/migrate.ts';
import { ownTables, tableNames, tablesInReach, withNewDatabase } from '../../src/db/tables.ts';
import { addUser } from '../support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { addUser7, effectOf, openTwice, post } from '../support/databases/two-connections.ts';

test('each table has a rule: what a write to it changes for readers', async (t) => {
  const { db } = await openTwice(t);
  const tables = (await ruledTables(db)).map(({ name }) => name);
  const undecided = tables.filter((name) => !Object.hasOwn(RULES, name));
  assert.deepEqual(undecided, [], 'say it of these in src/db/data-version-rules.ts');
  // SQLite has one that PostgreSQL does not need.
  const known = new Set([...tables, ...(await withNewDatabase(tableNames))]);
  assert.deepEqual(new Set(Object.keys(RULES)).difference(known), new Set());
});

test('a start takes for ours what the migrations make, and nothing else', async () => {
  assert.deepEqual(ownTables(), new Set(await withNewDatabase(tableNames)));
});

/** Without the tables of SQLite's full-text index. */
async function ruledTables(db: OpenDatabase): Promise<TableMetadata[]> {
  const list = sql<{ name: string }>`select name from pragma_table_list where type = 'shadow'`;
  const { rows } = ON_POSTGRESQL ? { rows: [] } : await list.execute(db);
  const others = new Set([MIGRATIONS_TABLE, ...rows.map(({ name }) => name)]);
  return (await tablesInReach(db)).filter(({ name }) => !others.has(name));
}

/** Values for columns that need a special one. Everything else belongs to user 7 and post 7. */
const EXAMPLES: Record<string, Record<string, unknown>> = {
  users: { id: 8 },
  posts: { id: 8, members_only: 0 },
  post_texts: { post_id: 6 },
  post_counts: { user_id: 99 },
  pictures: { kind: 'post', state: 'live', due_at: null },
  picture_uses: { draft_id: null, revision_id: null },
  heartbeat: { id: 1 },
  post_totals: { slot: 99 },
  pinned_posts: { place: 1 },
  data_versions: { slot: 99, content: 0, access: 0 },
  revisions: { draft_id: null },
  comments: { parent_id: null, state: 'visible' },
  notices: { comment_id: null },
  reports: { comment_id: null },
  tags: { id: 8 },
};

test('each write to each table has the effect that its rule says', async (t) => {
  const { db, other } = await openTwice(t);
  await addUser7(db);
  await db
    .insertInto('posts')
    .values([6, 7].map((id) => ({ ...post(7), id })))
    .execute();
  await db.insertInto('tags').values({ id: 7, name: 'Soup', key: 'soup' }).execute();
  await sql`update users set id = 99 where id = ${await addUser(db, 'bob')}`.execute(db);
  for (const { name, columns } of await ruledTables(db)) {
    const rule = RULES[name] ?? 'nothing';
    const {
      insert,
      update,
      delete: removal,
    } = typeof rule === 'string' ? { insert: rule, update: rule, delete: rule } : rule;
    const row = { ...Object.fromEntries(columns.map(exampleOf)), ...EXAMPLES[name] };
    const [key = ''] = Object.keys(row);
    const table = sql.table(name);
    const effect = (write: RawBuilder<unknown>) => effectOf(db, () => write.execute(other));
    const change = (column: string, to: unknown, of = row[key]) =>
      effect(sql`update ${table} set ${sql.ref(column)} = ${to} where ${sql.ref(key)} = ${of}`);

    const refs = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    const values = sql.join(Object.values(row));
    const inserted = await effect(sql`insert into ${table} (${refs}) values (${values})`);
    assert.equal(inserted, insert, `insert into ${name}`);
    if (typeof update === 'string') {
      assert.equal(await change(key, row[key]), update, `update ${name}`);
    } else {
      assert.deepEqual(new Set(Object.keys(update)), new Set(Object.keys(row)), `all of ${name}`);
      for (const [column, value] of Object.entries(row)) {
        const next = value === 'x' ? 'y' : Number(value) + 1;
        assert.equal(await change(column, value), 'nothing', `the same ${name}.${column}`);
        assert.equal(await change(column, next), update[column], `update ${name}.${column}`);
        await change(column, value, column === key ? next : row[key]);
      }
    }
    const removed = await effect(sql`delete from ${table} where ${sql.ref(key)} = ${row[key]}`);
    assert.equal(removed, removal, `delete from ${name}`);
  }
});

const exampleOf = ({ name, dataType }: ColumnMetadata): [string, unknown] => [
  name,
  dataType.toLowerCase() === 'text' ? 'x' : 7,
];
