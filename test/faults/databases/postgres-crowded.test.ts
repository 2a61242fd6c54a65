import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { assertError } from '../../support/client.ts';
import { photo } from '../../support/pictures.ts';
import { startPostgres } from '../../support/databases/postgres-server.ts';
import { newPlace, stop, upload, uploaded, verifyLedger } from '../../support/processes/trouble.ts';
import { createVisitor } from '../../support/visitor.ts';

const PICTURE = await photo({ width: 60, height: 40 });
const TOO_MANY = '53300';

/** Takes all remaining connections of a PostgreSQL, including those of the server's pool; releases some later. */
async function crowd(t: TestContext, url: string) {
  const held: pg.Client[] = [];
  const take = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
    } catch (error) {
      if ((error as pg.DatabaseError).code === TOO_MANY) return false;
      throw error;
    }
    held.push(client);
    return true;
  };
  const release = async (count = held.length) => {
    await Promise.all(held.splice(0, count).map((client) => client.end()));
  };
  t.after(() => release());
  while (await take());
  // Except the one that holds the data lock: without it the server would not use the database.
  const { rowCount } = await (held[0] ?? assert.fail()).query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'masthead'
     and pid not in (select pid from pg_locks where locktype = 'advisory')`,
  );
  for (let left = rowCount ?? 0; left > 0;) if (await take()) left -= 1;
  return release;
}

test('while PostgreSQL accepts no more connections, requests get a 503, then work as before', async (t) => {
  const postgres = await startPostgres({ durable: true, settings: ['max_connections=12'] });
  t.after(() => postgres.remove());
  const place = await newPlace(t, { database: postgres.url });
  const server = await place.start();
  const people = [await server.person(), await server.person(), await server.person()] as const;
  const [ann] = people;
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  const path = await uploaded(server, ann, PICTURE);

  const release = await crowd(t, postgres.url);
  assertError(await upload(server, ann, PICTURE), 503, 'Database unavailable');
  assertError(await server.login(ann.email, ann.password), 503, 'Database unavailable');
  assert.equal((await browser.get('/account')).status, 503);
  assert.equal((await server.api('GET', path)).status, 200);
  await server.service.says(/too many clients already/);
  const { code, output } = await place.run(['serve'], { LOG_LEVEL: 'silent' });
  assert.equal(code, 1);
  assert.match(
    output,
    /^masthead: The database .* cannot be used: sorry, too many clients already\n$/,
  );

  await release(1);
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(people.map((person) => upload(server, person, PICTURE)));
    for (const answer of answers) {
      if (answer.status !== 200) assertError(answer, 503, 'Database unavailable');
    }
  }
  await release();
  for (const person of people) await uploaded(server, person, PICTURE);
  assert.equal((await browser.get('/account')).status, 200);
  await stop(server);
  await verifyLedger(place.dataDir);
});
