import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Header, HEADER } from '../../src/archive/archive.ts';
import { packArchive } from '../../src/archive/pack.ts';
import { MIGRATIONS } from '../../src/db/migrate.ts';
import { newBucket, s3Variables } from '../support/bucket.ts';
import { photo } from '../support/pictures.ts';
import { emptyDatabase, ON_POSTGRESQL, postgresVariables, query } from '../support/postgres.ts';
import { newPlace, type Place, type Running, stop, uploaded } from '../support/trouble.ts';

const SECRET = { SECRET_KEY: 'the same before and after' };
const PATHS = ['/', '/posts/1', '/users/1/posts', '/api/posts', '/api/posts/2', '/api/users/2'];

async function fill(server: Running): Promise<void> {
  for (const width of [60, 90]) {
    const person = await server.person();
    await server.post(person.token, `Title ${width} 🎈`, 'Text\n"x"');
    await uploaded(server, person, await photo({ width, height: 60 }));
  }
}

/** What the same addresses answer, byte for byte, and so do all pictures that are named there. */
async function answers({ url }: Running): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const ask = async (path: string) => {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 200, path);
    found[path] = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  };
  for (const path of PATHS) await ask(path);
  const pictures =
    Object.values(found)
      .join('')
      .match(/\/media\/[\w/.]+/g) ?? [];
  for (const path of new Set(pictures)) await ask(path);
  assert.ok(Object.keys(found).length >= PATHS.length + 4, 'two pictures in two sizes or more');
  return found;
}

/** A new place that an archive is moved to; the archive that is made there. */
async function moveTo(
  t: TestContext,
  file: string,
  variables: Record<string, string>,
  before: Record<string, string>,
): Promise<string> {
  const place = await newPlace(t);
  const restored = await place.run(['restore', file], variables);
  assert.equal(restored.code, 0, restored.output);
  const check = await place.run(['media', 'check'], variables);
  assert.deepEqual(check, { code: 0, output: 'Nothing differs\n' });
  const server = await place.start(variables);
  assert.deepEqual(await answers(server), before);
  assert.equal((await server.login('p2@example.com', 'password of 2')).status, 200);
  await stop(server);
  const next = join(place.folder, 'next.tar');
  const saved = await place.run(['backup', next], variables);
  assert.equal(saved.code, 0, saved.output);
  const verified = await place.run(['backup', '--verify', next], variables);
  assert.equal(verified.code, 0, verified.output);
  return next;
}

/** A place that holds a blog on SQLite and disk, saved to a file. */
async function saved(t: TestContext) {
  const place = await newPlace(t);
  const lite = { ...SECRET, DATABASE_URL: `sqlite:///${place.dataDir}/masthead.db` };
  const server = await place.start(lite);
  await fill(server);
  const before = await answers(server);
  const file = join(place.folder, 'first.tar');
  const made = await place.run(['backup', file], lite);
  assert.equal(made.code, 0, made.output);
  await stop(server);
  return { file, before };
}

if (ON_POSTGRESQL) {
  test('a blog moves from SQLite and disk to PostgreSQL and a bucket, and back', async (t) => {
    const { file, before } = await saved(t);
    const bucket = await newBucket(t);
    const many = {
      ...postgresVariables(await emptyDatabase(t)),
      ...SECRET,
      ...s3Variables(bucket),
    };
    const second = await moveTo(t, file, many, before);
    const third = await moveTo(t, second, { ...SECRET, DATABASE_URL: 'sqlite:///back.db' }, before);
    assert.equal(withoutTime(second), withoutTime(file));
    assert.equal(withoutTime(third), withoutTime(file));
  });

  test('a restore with a wrong password of PostgreSQL says so in a line and changes nothing', async (t) => {
    const { file } = await saved(t);
    const url = new URL(await emptyDatabase(t));
    url.password = 'wrong';
    const place = await newPlace(t);
    const line = await refused(place, file, { ...SECRET, DATABASE_URL: url.href });
    assert.match(line, /password/);
    assert.ok(!line.includes('wrong'));
  });
}

/** An archive's bytes but for when it was made, and the sums that follow from that. */
function withoutTime(file: string): string {
  const text = readFileSync(file, 'latin1');
  return text.replace(/"created":"[^"]+"/, '').replace(/[0-9a-f]{64}/g, '');
}

/** The one line of a restore that must be refused, and leave the place as it was: empty. */
async function refused(place: Place, file: string, variables: Record<string, string>) {
  const { code, output } = await place.run(['restore', file], variables);
  assert.equal(code, 1, output);
  assert.match(output, /^masthead: [^\n]+\n$/);
  assert.ok(!existsSync(place.dataDir), 'nothing was made');
  return output;
}

test('a restore to a bucket that cannot be used says why in a line and changes nothing', async (t) => {
  const { file } = await saved(t);
  const s3 = s3Variables(await newBucket(t));
  const place = await newPlace(t);
  const url = ON_POSTGRESQL ? await emptyDatabase(t) : undefined;
  const variables = { ...(url !== undefined && postgresVariables(url)), ...s3 };
  const cases: [Record<string, string>, RegExp][] = [
    [{ S3_BUCKET_NAME: `${s3['S3_BUCKET_NAME']}-not` }, /S3_BUCKET_NAME: there is no bucket/],
    [{ S3_SECRET_ACCESS_KEY: 'wrong' }, /S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: the store/],
    [{ S3_ACCESS_KEY_ID: 'nobody' }, /S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: the store/],
    [
      { S3_ENDPOINT_URL: await nobodyListens() },
      /The bucket masthead-\w+ cannot be used now: .*REFUSED/,
    ],
  ];
  for (const [changed, reason] of cases) {
    assert.match(await refused(place, file, { ...variables, ...changed }), reason);
  }
  if (url !== undefined) {
    const tables = "select 1 from pg_class where relnamespace = 'public'::regnamespace";
    assert.deepEqual(await query(url, tables), []);
  }
});

async function nobodyListens(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const HEADER_NOW: Header = {
  format: 1,
  migration: MIGRATIONS.length,
  created: '2026-01-01T00:00:00.000Z',
  lastIds: { users: 0, posts: 0 },
};

for (const newer of [{ format: 2 }, { migration: MIGRATIONS.length + 1 }]) {
  test(`an archive of a newer Masthead, by its ${Object.keys(newer)[0]}, is refused and changes nothing`, async (t) => {
    const place = await newPlace(t);
    const header = Buffer.from(JSON.stringify({ ...HEADER_NOW, ...newer }));
    const file = join(place.folder, 'newer.tar');
    async function* entries() {
      yield { name: HEADER, bytes: header };
    }
    writeFileSync(file, Buffer.concat(await Array.fromAsync(packArchive(entries()))));
    assert.match(
      await refused(place, file, SECRET),
      /newer Masthead.*update Masthead. Nothing was changed/,
    );
  });
}
