import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { verifyArchive } from '../../src/archive/unpack.ts';
import type { Page, User } from '../support/client.ts';
import { photo } from '../support/pictures.ts';
import { verifyPostCountsOf } from '../support/post-counts.ts';
import { emptyDatabase, ON_POSTGRESQL, postgresVariables } from '../support/postgres.ts';
import { newPlace, type Place, type Running, stop, upload, uploaded } from '../support/trouble.ts';
import { until } from '../support/until.ts';

const PICTURES = await Promise.all([60, 90, 120].map((width) => photo({ width, height: 60 })));
const picture = (n: number) => PICTURES[n % PICTURES.length] as Buffer;
const DIE_AT = import.meta.resolve('../support/die-at.ts');
const SECRET = { SECRET_KEY: 'the same before and after' };

/** Three people, one without a picture, one of whose accounts and one of whose posts were the last and are gone. */
async function fill(server: Running) {
  const people = [await server.person(), await server.person('Éva'), await server.person()];
  for (const [n, { token }] of people.entries())
    await server.post(token, `Title ${n} 🎈`, 'Text\n"x"');
  await uploaded(server, people[0]!, picture(0));
  await uploaded(server, people[1]!, picture(1));
  const gone = await server.person();
  await server.post(gone.token);
  await server.api('DELETE', `/api/users/${gone.id}`, { token: gone.token });
  return people;
}

const PATHS = ['/', '/api/posts', '/api/posts/1', '/api/users/1', '/api/users/3', '/users/2/posts'];

/** Answers of the same addresses; faces included. */
async function answers({ api }: Running): Promise<string[]> {
  const texts: string[] = [];
  for (const path of PATHS) texts.push((await api('GET', path)).text);
  const faces = texts.join('').matchAll(/\/media\/[\w/.]+/g);
  for (const path of new Set([...faces].map(([path]) => path))) {
    const { status, text } = await api('GET', path);
    assert.equal(status, 200, path);
    texts.push(`${path}: ${text}`);
  }
  return texts;
}

async function saved(t: TestContext): Promise<{ place: Place; file: string; before: string[] }> {
  const place = await newPlace(t);
  const server = await place.start(SECRET);
  await fill(server);
  const before = await answers(server);
  const file = join(place.folder, 'backup.tar');
  const made = await place.run(['backup', file], SECRET);
  assert.equal(made.code, 0, made.output);
  await stop(server);
  return { place, file, before };
}

/** Restores an archive and asks for everything again. */
async function verifyRestored(place: Place, file: string, before: string[], variables = {}) {
  const all = { ...SECRET, ...variables };
  const restored = await place.run(['restore', file], all);
  assert.equal(restored.code, 0, restored.output);
  assert.deepEqual(await place.run(['media', 'check'], all), {
    code: 0,
    output: 'Nothing differs\n',
  });
  const server = await place.start(all);
  assert.deepEqual(await answers(server), before);
  assert.equal((await server.login('p2@example.com', 'password of 2')).status, 200);
  const next = await server.register('somebody new');
  assert.equal(next.id, 5, 'the id of a deleted account is not given again');
  await stop(server);
  assert.equal(await verifyPostCountsOf(place.dataDir), 3);
}

test('what was saved is restored into an empty place, with the same pages, pictures and ids', async (t) => {
  const { place, file, before } = await saved(t);
  const other = await newPlace(t);
  await verifyRestored(other, file, before);
  const again = await place.run(['backup', file], SECRET);
  assert.equal(again.code, 1);
  assert.match(again.output, /is there already/);
  const twice = await other.run(['restore', file], SECRET);
  assert.equal(twice.code, 1);
  assert.match(twice.output, /^masthead: This blog is not empty \(it has 4 people and 3 posts\)/);
  const verified = await other.run(['backup', '--verify', file], SECRET);
  assert.equal(verified.code, 0, verified.output);
});

if (ON_POSTGRESQL) {
  test('SQLite goes to PostgreSQL and back, and the two archives agree', async (t) => {
    const sqlite = await newPlace(t);
    const server = await sqlite.start({
      ...SECRET,
      DATABASE_URL: `sqlite:///${sqlite.dataDir}/x.db`,
    });
    await fill(server);
    await stop(server);
    const lite = { ...SECRET, DATABASE_URL: `sqlite:///${sqlite.dataDir}/x.db` };
    const first = join(sqlite.folder, 'first.tar');
    assert.equal((await sqlite.run(['backup', first], lite)).code, 0);
    const middle = await newPlace(t);
    const postgres = { ...postgresVariables(await emptyDatabase(t)), ...SECRET };
    const over = await middle.run(['restore', first], postgres);
    assert.equal(over.code, 0, over.output);
    const second = join(middle.folder, 'second.tar');
    assert.equal((await middle.run(['backup', second], postgres)).code, 0);
    const back = await newPlace(t);
    const returned = { ...SECRET, DATABASE_URL: `sqlite:///${back.dataDir}/x.db` };
    const home = await back.run(['restore', second], returned);
    assert.equal(home.code, 0, home.output);
    const third = join(back.folder, 'third.tar');
    assert.equal((await back.run(['backup', third], returned)).code, 0);
    const bytes = [first, second, third].map((file) =>
      readFileSync(file, 'latin1')
        .replace(/"created":"[^"]+"/, '')
        .replace(/[0-9a-f]{64}/g, ''),
    );
    assert.equal(bytes[1], bytes[0]);
    assert.equal(bytes[2], bytes[0]);
  });
}

test('an archive that is cut short, or altered in any one byte, is refused before anything is made', async (t) => {
  const { file } = await saved(t);
  const whole = readFileSync(file);
  const damaged = `${file}.damaged`;
  const refused = async (bytes: Uint8Array) => {
    writeFileSync(damaged, bytes);
    await assert.rejects(
      verifyArchive(damaged, () => {}),
      /cut short or altered|newer Masthead/,
    );
  };
  const positions = fc.integer({ min: 0, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(positions, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= flip;
      await refused(bytes);
    }),
    { numRuns: 200 },
  );
  for (const length of [0, 1, 511, 512, whole.length - 1024, whole.length - 1]) {
    await refused(whole.subarray(0, length));
  }
  await refused(Buffer.concat([whole, Buffer.alloc(512)]));
  await refused(Buffer.concat([whole, whole]));

  const place = await newPlace(t);
  const { code, output } = await place.run(['restore', damaged], SECRET);
  assert.equal(code, 1);
  assert.match(output, /^masthead: .*Nothing was changed\n$/);
  assert.ok(!readdirSync(place.folder).includes('data'), 'nothing was made');
});

test('a backup beside people who upload, replace, remove and register restores to a blog that is whole', async (t) => {
  const place = await newPlace(t);
  const server = await place.start({ ...SECRET, IMAGE_WORKERS: '2' });
  const people = await Promise.all(Array.from({ length: 8 }, () => server.person()));
  for (const [n, person] of people.entries()) await uploaded(server, person, picture(n));
  const writing = { on: true };
  let replaced = 0;
  const writers = people.map(async (person, n) => {
    for (let turn = n; writing.on; turn++) {
      if (turn % 7 === 6) {
        await server.api('DELETE', `/api/users/${person.id}/picture`, { token: person.token });
      } else {
        await upload(server, person, picture(turn));
      }
      await server.post(person.token, `Turn ${turn}`);
      replaced++;
    }
  });
  for (let n = 0; n < 3; n++) {
    const file = join(place.folder, `backup-${n}.tar`);
    const seen = replaced;
    const made = await place.run(['backup', file], SECRET);
    assert.equal(made.code, 0, made.output);
    await until('people who wrote meanwhile', async () => replaced > seen || undefined);
    const other = await newPlace(t);
    assert.equal((await other.run(['restore', file], SECRET)).code, 0);
    assert.equal((await other.run(['media', 'check'], SECRET)).code, 0);
    assert.equal((await other.run(['backup', '--verify', file], SECRET)).code, 0);
  }
  writing.on = false;
  await Promise.all(writers);
  await stop(server);
});

for (const step of ['rename', '^insert into "users"', '^update "pictures"']) {
  test(`a restore that was killed ahead of ${step} leaves an empty blog, and is repeated`, async (t) => {
    const { file, before } = await saved(t);
    const other = await newPlace(t);
    const service = other.spawn(
      { ...SECRET, NODE_OPTIONS: `--import=${DIE_AT}`, DIE_ARMED: '1', DIE_AT: step },
      { args: ['restore', file] },
    );
    assert.equal((await service.ended).signal, 'SIGKILL', service.output());
    const server = await other.start(SECRET);
    assert.equal((await server.api<Page>('GET', '/api/posts')).body.total, 0);
    assert.equal((await server.api<User>('GET', '/api/users/1')).status, 404);
    await stop(server);
    await verifyRestored(other, file, before);
  });
}
