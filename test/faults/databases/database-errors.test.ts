import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { type Database } from '../../../src/db/database.ts';
import { checkDatabase } from '../../../src/db/heartbeat.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { holdDatabase } from '../../support/databases/held-database.ts';
import { emptyDatabase, ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { startPostgres } from '../../support/databases/postgres-server.ts';
import { smallDisk } from '../../support/processes/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { newPlace, type Place, type Running } from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';

const TOKEN = 'a-token-of-the-host';

const start = (place: Place) =>
  place.start({ METRICS_TOKEN: TOKEN, LOG_LEVEL: 'silent', DATABASE_POOL_SIZE: '2' });

/** The error counts in the metrics, without zeros. */
async function counted({ api }: Running): Promise<Record<string, number>> {
  const { status, text } = await api('GET', '/metrics', { token: TOKEN });
  assert.equal(status, 200);
  const lines = text.matchAll(/^masthead_database_errors_total\{kind="(\w+)"\} (\d+)$/gm);
  const all = [...lines].map(([, kind = '', count]) => [kind, Number(count)] as const);
  assert.equal(all.length, 8, 'each kind is there before its first error');
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

describe('errors of the database are counted by kind', () => {
  test('locked by another transaction for too long', async (t) => {
    const place = await newPlace(t);
    const server = await start(place);
    const ann = await server.person();
    assert.deepEqual(await counted(server), {});
    const release = await holdDatabase(place.dataDir);
    const json = { title: 'x', content: 'x' };
    const refused = await server.api('POST', '/api/posts', { token: ann.token, json });
    assert.equal(refused.status, 503);
    await release();
    assert.deepEqual(Object.keys(await counted(server)), ['locked']);
    const before = await counted(server);
    await server.post(ann.token);
    assert.deepEqual(await counted(server), before, 'what succeeds counts as none');
  });

  test('an invalid statement, but not a duplicate row', async (t) => {
    const database = ON_POSTGRESQL
      ? { kind: 'postgresql' as const, url: await emptyDatabase(t), poolSize: 2 }
      : { kind: 'sqlite' as const, file: `${await temporaryFolder(t)}/masthead.db` };
    const db = await openDatabase(database);
    t.after(() => db.destroy());
    await checkDatabase(db, 1);
    await assert.rejects(sql`insert into heartbeat (id, at) values (1, 1)`.execute(db));
    await assert.rejects(sql`select nothing`.execute(db));
    assert.equal(
      Object.values(db.errors).reduce((sum, count) => sum + count),
      1,
    );
    assert.equal(db.errors.statement, 1);
    if (ON_POSTGRESQL) await countsWhatPostgresEnds(db);
  });

  async function countsWhatPostgresEnds(db: Database & { errors: { too_slow: number } }) {
    const slow = db.connection().execute(async (connection) => {
      await sql`set statement_timeout = 10`.execute(connection);
      await sql`select pg_sleep(600)`.execute(connection);
    });
    await assert.rejects(slow, { status: 503 });
    assert.equal(db.errors.too_slow, 1);
  }

  if (ON_POSTGRESQL) {
    test('a server that is away', async (t) => {
      const postgres = await startPostgres();
      t.after(() => postgres.remove());
      const server = await start(await newPlace(t, { database: postgres.url }));
      assert.deepEqual(await counted(server), {});
      await postgres.stop('immediate');
      await until('a 503', async () => {
        const { status } = await server.api('GET', '/api/posts');
        return status === 503 || undefined;
      });
      const away = await counted(server);
      assert.deepEqual(Object.keys(away), ['unreachable']);
      await server.api('GET', '/api/posts');
      assert.ok(Number((await counted(server))['unreachable']) > Number(away['unreachable']));
    });
  } else {
    test('a disk that is full', async (t) => {
      const place = await newPlace(t);
      const disk = smallDisk(place, place.dataDir);
      const server = await start(place);
      const ann = await server.person();
      disk.fill(server.service.pid);
      const json = { title: 'x', content: 'x'.repeat(100_000) };
      const refused = await server.api('POST', '/api/posts', { token: ann.token, json });
      assert.equal(refused.status, 503);
      const errors = await counted(server);
      assert.ok('full' in errors || 'other' in errors, JSON.stringify(errors));
      disk.free(server.service.pid);
    });
  }
});
