import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { layoutAt } from '../../src/archive/layout.ts';
import { TABLES } from '../../src/archive/tables.ts';
import { VALUES } from '../../src/archive/values.ts';
import { openDatabase } from '../../src/db/open.ts';
import { MIGRATIONS_TABLE } from '../../src/db/migrate.ts';
import { tableNames, tablesInReach, withNewDatabase } from '../../src/db/tables.ts';
import { emptyDatabase, ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LIST = 'src/archive/tables.ts';
const REASON = /^\w+( \S+){3,}$/;

const db = await openDatabase(
  ON_POSTGRESQL
    ? { kind: 'postgresql', url: await emptyDatabase({ after }), poolSize: 2 }
    : { kind: 'sqlite', file: join(await temporaryFolder({ after }), 'masthead.db') },
);
after(() => db.destroy());

/** What the database creates by itself: the tables of SQLite's full-text index, generated columns. */
const MADE_BY_ITSELF = ON_POSTGRESQL
  ? sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = current_schema() and is_generated = 'ALWAYS'`
  : sql<{ name: string }>`select name from pragma_table_list where type = 'shadow'`;
const { rows } = await MADE_BY_ITSELF.execute(db);
const byItself = new Set([MIGRATIONS_TABLE, ...rows.map(({ name }) => name)]);

const tables = (await tablesInReach(db as Kysely<unknown>)).filter(
  ({ name }) => !byItself.has(name),
);
const columns = tables.flatMap((table) =>
  table.columns
    .map((column) => ({ ...column, table: table.name, path: `${table.name}.${column.name}` }))
    .filter(({ path }) => !byItself.has(path)),
);
const layout = await layoutAt();

test(`archives hold or leave out every table, as ${LIST} says`, () => {
  const unnamed = tables.filter(({ name }) => !Object.hasOwn(TABLES, name));
  assert.deepEqual(
    unnamed.map(({ name }) => name),
    [],
    `say in ${LIST} what becomes of these`,
  );
});

test('it is said of every table that archives hold which values a restore takes', () => {
  assert.deepEqual(Object.keys(VALUES).toSorted(), [...layout.tables.keys()].toSorted());
});

for (const [name, plan] of Object.entries(TABLES)) {
  if ('leftOut' in plan) {
    test(`archives leave out ${name}: ${plan.leftOut}`, async () => {
      assert.match(plan.leftOut, REASON, 'says why');
      // SQLite has one that PostgreSQL does not need.
      const known = await withNewDatabase(tableNames);
      assert.ok(known.includes(name) || tables.some((table) => table.name === name));
    });
    continue;
  }

  test(`archives hold every column of ${name} that is not left out for a reason`, () => {
    const saved = layout.tables.get(name)?.columns ?? assert.fail(`there is no table ${name}`);
    const leftOut = Object.keys(plan.columnsLeftOut ?? {});
    const there = columns.filter(({ table }) => table === name).map((column) => column.name);
    assert.deepEqual(
      [...saved.map((column) => column.name), ...leftOut].toSorted(),
      there.toSorted(),
    );
    for (const { type } of saved) assert.match(type, /^(?:integer|text)$/);
  });

  for (const [column, reason] of Object.entries(plan.columnsLeftOut ?? {})) {
    test(`archives leave out ${name}.${column}: ${reason}`, () => {
      assert.match(reason, REASON, 'says why');
      const found = columns.find(({ path }) => path === `${name}.${column}`);
      assert.ok(found?.isNullable || found?.hasDefaultValue, 'a restored row can do without it');
    });
  }

  test(`rows of ${name} can be restored one after another`, async () => {
    const { key, media, columns: saved } = layout.tables.get(name) ?? assert.fail();
    assert.ok(key.length > 0, 'a primary key tells where to read on');
    if (media) assert.ok(saved.some((column) => column.name === media.column));
    const references = await withNewDatabase((sqlite) =>
      sqlite.prepare('select "table" from pragma_foreign_key_list(?)').all(name),
    );
    const order = [...layout.tables.keys()];
    for (const { table } of references) {
      const place = order.indexOf(String(table));
      assert.ok(place >= 0 && place <= order.indexOf(name), `${String(table)} comes first`);
    }
  });
}
