import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { checkDatabase } from '../../../src/db/heartbeat.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { assertError } from '../../support/client.ts';
import { photo } from '../../support/pictures.ts';
import { databaseUrl, emptyDatabase, query } from '../../support/databases/postgres.ts';
import { type PostgresServer, startPostgres } from '../../support/databases/postgres-server.ts';
import {
  newPlace,
  type Place,
  type Running,
  stop,
  upload,
  uploaded,
  verifyLedger,
} from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';
import { createVisitor } from '../../support/visitor.ts';

describe('while PostgreSQL is away', () => {
  let postgres: PostgresServer;
  let picture: Buffer;
  let count = 0;
  before(async () => {
    postgres = await startPostgres({ durable: true });
    picture = await photo({ width: 60, height: 40 });
  });
  after(() => postgres.remove());

  /** A new database on the server of these tests. */
  async function newDatabase(): Promise<string> {
    const name = `blog_${++count}`;
    await query(postgres.url, `create database ${name}`);
    return databaseUrl(postgres.url, name);
  }

  const answers = (server: Running, status: number) =>
    until(`a ${status}`, async () => {
      const answer = await server.api('GET', '/api/posts');
      return answer.status === status ? answer : undefined;
    });

  for (const how of ['fast', 'immediate'] as const) {
    test(`requests get a 503, then work as before, and nobody is signed out (${how} shutdown)`, async (t) => {
      const place = await newPlace(t, { database: await newDatabase() });
      const server = await place.start();
      const ann = await server.person();
      const browser = createVisitor(server.url);
      await browser.signIn(ann);
      const path = await uploaded(server, ann, picture);
      const post = await server.post(ann.token);

      await postgres.stop(how);
      assertError(await answers(server, 503), 503, 'Database unavailable');
      assertError(await upload(server, ann, picture), 503, 'Database unavailable');
      assertError(await server.login(ann.email, ann.password), 503, 'Database unavailable');
      assertError(await server.api('GET', '/health'), 503, 'Database unavailable');
      assert.equal((await browser.get('/')).status, 503);
      assert.equal((await server.api('GET', path)).status, 200);

      await postgres.start();
      await answers(server, 200);
      assert.deepEqual((await server.api('GET', `/api/posts/${post.id}`)).body, post);
      assert.equal((await browser.get('/account')).status, 200);
      await uploaded(server, ann, picture);
      await stop(server);
      await verifyLedger(place.dataDir);
    });
  }

  test('repeated crashes during uploads lose no picture and leave none behind', async (t) => {
    const place = await newPlace(t, { database: await newDatabase() });
    const server = await place.start();
    const people = [await server.person(), await server.person(), await server.person()];
    for (const person of people) await uploaded(server, person, picture);
    const ending = new AbortController();
    const taken = { count: 0 };
    const uploading = people.map(async (person) => {
      while (!ending.signal.aborted) {
        const { status, text } = await upload(server, person, picture);
        assert.ok([200, 503].includes(status), text);
        if (status === 200) taken.count++;
      }
    });
    for (let round = 0; round < 4; round++) {
      const seen = taken.count;
      await until('uploads', async () => taken.count > seen || undefined);
      await sleep(Math.random() * 100);
      await postgres.stop('immediate');
      await postgres.start();
    }
    ending.abort();
    await Promise.all(uploading);
    await answers(server, 200);
    await stop(server);
    await verifyLedger(place.dataDir);
  });

  test('a server that starts meanwhile waits for it', async (t) => {
    const place = await newPlace(t, { database: await newDatabase() });
    await postgres.stop();
    const service = place.spawn({});
    await service.says(/waiting for PostgreSQL/);
    await postgres.start();
    assert.match(await service.url(), /^http/);
    assert.doesNotMatch(service.output(), /of-the-tests/);
  });

  test('a start that waits in vain, or is refused, ends with one line', async (t) => {
    const database = new URL(await newDatabase());
    database.password = 'hunter2';
    const place = await newPlace(t, { database: database.href });
    await refused(
      place,
      /cannot be used: password authentication failed for user "masthead"; check the URL, .*\n$/,
    );
    await postgres.stop();
    await refused(place, /cannot be used: connect ECONNREFUSED\n$/);
    await postgres.start();
  });

  async function refused(place: Place, reason: RegExp): Promise<void> {
    for (const args of [['migrate'], ['serve']]) {
      const { code, output } = await place.run(args, { LOG_LEVEL: 'silent' });
      assert.equal(code, 1, output);
      const lines = output.split('\n').filter((line) => !line.startsWith('{'));
      assert.match(
        lines.join('\n'),
        /^masthead: The database at DATABASE_URL \(user masthead\) cannot/,
      );
      assert.match(output, reason);
      assert.doesNotMatch(output, /hunter2/);
    }
  }
});

test('a statement that waits too long for another’s lock is a 503', async (t) => {
  const url = await emptyDatabase(t);
  const db = await openDatabase({ kind: 'postgresql', url, poolSize: 2 });
  t.after(() => db.destroy());
  await db.transaction().execute(async (trx) => {
    await sql`lock table heartbeat`.execute(trx);
    await assert.rejects(checkDatabase(db, 1), { status: 503, message: 'Database unavailable' });
  });
  await checkDatabase(db, 1);
});
