import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newBucket, s3Variables } from '../../support/servers/bucket.ts';
import { photo } from '../../support/pictures.ts';
import { serveHere } from '../../support/server.ts';
import {
  emptyDatabase,
  ON_POSTGRESQL,
  postgresVariables,
} from '../../support/databases/postgres.ts';
import {
  newPlace,
  type Place,
  type Running,
  stop,
  uploaded,
} from '../../support/processes/trouble.ts';

const SECRET = { SECRET_KEY: 'the same before and after' };
const PATHS = ['/', '/posts/1', '/users/1/posts', '/api/posts', '/api/posts/2', '/api/users/2'];
const OTHER = ON_POSTGRESQL ? 'PostgreSQL' : 'another SQLite';

/** An SQLite file in the place, whatever the tests run on. */
const onSqlite = ({ dataDir }: Place) => ({
  ...SECRET,
  DATABASE_URL: `sqlite:///${dataDir}/masthead.db`,
});

async function fill(server: Running): Promise<void> {
  for (const width of [60, 90]) {
    const person = await server.person();
    await server.post(person.token, `Title ${width} 🎈`, 'Text\n"x"');
    await uploaded(server, person, await photo({ width, height: 60 }));
  }
  await server.person('no picture');
}

/** The answers at fixed addresses, byte for byte, and all pictures that they name. */
async function answers({ url }: { url: string }): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const ask = async (path: string) => {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 200, path);
    const bytes = Buffer.from(await answer.arrayBuffer());
    found[path] = `${answer.headers.get('content-type')} ${bytes.toString('latin1')}`;
  };
  for (const path of PATHS) await ask(path);
  const named =
    Object.values(found)
      .join('')
      .match(/\/media\/[\w/.]+/g) ?? [];
  for (const path of new Set(named)) await ask(path);
  assert.ok(Object.keys(found).length >= PATHS.length + 4, 'two pictures in two sizes or more');
  return found;
}

/** Runs a command that must succeed; returns its output. */
async function done(place: Place, args: string[], variables: Record<string, string>) {
  const { code, output } = await place.run(args, variables);
  assert.equal(code, 0, output);
  return output;
}

/** Restores an archive into a place and asserts that nothing differs; returns a verified archive of the result. */
async function moveTo(
  place: Place,
  file: string,
  { variables, before }: { variables: Record<string, string>; before: Record<string, string> },
): Promise<string> {
  await done(place, ['restore', file], variables);
  assert.equal(await done(place, ['media', 'check'], variables), 'Nothing differs\n');
  const server = await serveHere(place, variables);
  assert.deepEqual(await answers(server), before);
  assert.equal((await server.login('p2@example.com', 'password of 2')).status, 200);
  await server.stop();
  const next = join(place.folder, 'next.tar');
  await done(place, ['backup', next], variables);
  assert.match(await done(place, ['backup', '--verify', next], variables), /is complete/);
  return next;
}

/** An archive's bytes without its creation time and the checksums that depend on it. */
function withoutTime(file: string): string {
  const text = readFileSync(file, 'latin1');
  return text.replace(/"created":"[^"]+"/, '').replace(/[0-9a-f]{64}/g, '');
}

async function elsewhere(t: TestContext): Promise<Record<string, string>> {
  const database = ON_POSTGRESQL ? postgresVariables(await emptyDatabase(t)) : {};
  return { ...database, ...SECRET, ...s3Variables(await newBucket(t)) };
}

test(`a blog moves from SQLite and disk to ${OTHER} and a bucket, and back`, async (t) => {
  const home = await newPlace(t);
  const server = await home.start(onSqlite(home));
  await fill(server);
  const before = await answers(server);
  const first = join(home.folder, 'first.tar');
  await done(home, ['backup', first], onSqlite(home));
  await stop(server);

  const away = await newPlace(t);
  const second = await moveTo(away, first, { variables: await elsewhere(t), before });
  const back = await newPlace(t);
  const third = await moveTo(back, second, { variables: onSqlite(back), before });
  assert.equal(withoutTime(second), withoutTime(first));
  assert.equal(withoutTime(third), withoutTime(first));
});
