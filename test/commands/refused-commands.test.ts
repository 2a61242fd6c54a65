import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { MIGRATIONS } from '../../src/db/migrate.ts';
import { newBucket, s3Variables } from '../support/servers/bucket.ts';
import { makeOriginal } from '../support/databases/original-blog.ts';
import { freePort } from '../support/servers/ports.ts';
import {
  emptyDatabase,
  ON_POSTGRESQL,
  postgresVariables,
  query,
} from '../support/databases/postgres.ts';
import { newPlace, type Place } from '../support/processes/trouble.ts';

/** An empty blog, into which an archive could be restored and another blog imported. */
interface Prepared {
  place: Place;
  /** Its database; on SQLite a file that belongs to the place. */
  url: string | undefined;
  variables: Record<string, string>;
  commands: string[][];
}

async function prepare(t: TestContext): Promise<Prepared> {
  const place = await newPlace(t);
  const url = ON_POSTGRESQL ? await emptyDatabase(t) : undefined;
  const variables = { LOG_LEVEL: 'silent', ...(url !== undefined && postgresVariables(url)) };
  const archive = join(place.folder, 'empty.tar');
  const made = await place.run(['backup', archive], variables);
  assert.equal(made.code, 0, made.output);
  const { database, media } = await makeOriginal(place.folder);
  const commands = [
    ['serve'],
    ['backup', join(place.folder, 'next.tar')],
    ['restore', archive],
    ['import', '--database', database, '--media', media],
    ['import', '--database', database, '--media', media, '--dry-run'],
  ];
  return { place, url, variables, commands };
}

/** Asserts that each command fails with one line and changes no file and no table. */
async function refuse(
  { place, url, commands }: Prepared,
  variables: Record<string, string>,
  reason: RegExp,
) {
  const before = await state(place, url);
  for (const args of commands) {
    const what = args.join(' ');
    const { code, output } = await place.run(args, variables);
    assert.equal(code, 1, `${what}: ${output}`);
    assert.match(output, /^masthead: [^\n]+\n$/, what);
    assert.match(output, reason, what);
    assert.doesNotMatch(output, /hunter2/, what);
    assert.deepEqual(await state(place, url), before, what);
  }
}

async function state({ folder }: Place, url: string | undefined) {
  const names = readdirSync(folder, { recursive: true }).map(String).toSorted();
  const digest = (file: string) =>
    statSync(file).isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : '';
  const files = names.map((name) => [name, digest(join(folder, name))]);
  if (url === undefined) return { files };
  const tables = "select relname from pg_class where relnamespace = 'public'::regnamespace";
  return { files, tables: await query(url, `${tables} order by 1`) };
}

/** Runs one statement in the database of a blog that nobody uses now. */
async function change({ place, url }: Prepared, statement: string): Promise<void> {
  if (url !== undefined) return void (await query(url, statement));
  const sqlite = new DatabaseSync(join(place.dataDir, 'masthead.db'));
  sqlite.exec(statement);
  sqlite.close();
}

/** Removes the database, as if there had never been one. */
async function clear({ place, url }: Prepared): Promise<void> {
  if (url === undefined) return rmSync(join(place.dataDir, 'masthead.db'));
  await query(url, 'drop schema public cascade; create schema public');
}

test('no command touches the database of a newer Masthead', async (t) => {
  const prepared = await prepare(t);
  const next = MIGRATIONS.length + 1;
  await change(prepared, `insert into masthead_migrations (number) values (${next})`);
  await refuse(prepared, prepared.variables, /made by a newer Masthead.*; update Masthead/);
});

test('no command continues with a missing bucket or a wrong key, or creates a database', async (t) => {
  const prepared = await prepare(t);
  await clear(prepared);
  const variables = { ...prepared.variables, ...s3Variables(await newBucket(t)) };
  const none = { S3_BUCKET_NAME: 'masthead-of-nobody' };
  await refuse(prepared, { ...variables, ...none }, /S3_BUCKET_NAME: there is no bucket/);
  const wrong = { S3_SECRET_ACCESS_KEY: 'hunter2' };
  const keys = /S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: the store/;
  await refuse(prepared, { ...variables, ...wrong }, keys);
});

if (ON_POSTGRESQL) {
  test('no command continues with a wrong password of PostgreSQL, or shows it', async (t) => {
    const prepared = await prepare(t);
    const url = new URL(prepared.url ?? '');
    url.password = 'hunter2';
    const variables = { ...prepared.variables, DATABASE_URL: url.href };
    await refuse(prepared, variables, /cannot be (used|read): password authentication failed/);
  });
}

test('a restore or an import to a bucket that does not answer creates nothing', async (t) => {
  const { commands } = await prepare(t);
  const place = await newPlace(t);
  const bucket = s3Variables(await newBucket(t));
  const variables = { ...bucket, S3_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}` };
  for (const args of commands.slice(2)) {
    const { code, output } = await place.run(args, variables);
    assert.equal(code, 1, output);
    assert.match(
      output,
      /^masthead: The bucket masthead-\w+ cannot be used now: .*REFUSED.*\. Nothing was changed\n$/,
    );
    assert.ok(!existsSync(place.dataDir), args.join(' '));
  }
});
