import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { databaseUrl, query } from '../support/postgres.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { newPlace } from '../support/trouble.ts';
import { until } from '../support/until.ts';

describe('the doctor, of a replica', () => {
  let primary: PostgresServer;
  let replica: PostgresServer;

  before(async () => {
    primary = await startPostgres();
    // As a host has it: a role of the blog's own, which may do nothing else.
    await query(primary.url, "create role blog login password 'of-the-blog'");
    for (const name of ['blog', 'other']) {
      await query(primary.url, `create database ${name} owner blog`);
    }
    replica = await startPostgres({ replicaOf: primary });
  });
  after(() => Promise.all([primary.remove(), replica.remove()]));

  function asBlog({ url }: PostgresServer, database = 'blog'): string {
    const own = new URL(databaseUrl(url, database));
    [own.username, own.password] = ['blog', 'of-the-blog'];
    return own.href;
  }

  /** The lines about the replica. */
  async function told(t: TestContext, replicaUrl: string): Promise<string> {
    const place = await newPlace(t, { database: asBlog(primary) });
    const { output } = await place.run(['doctor'], { DATABASE_REPLICA_URL: replicaUrl });
    assert.match(output, /^ok +PostgreSQL .* takes writes/m, output);
    assert.doesNotMatch(output, /of-the-blog/);
    return output
      .split('\n')
      .filter((line) => /replica/i.test(line))
      .join('\n');
  }

  test('that follows: by how much', async (t) => {
    assert.match(await told(t, asBlog(replica)), /^ok +The replica follows, and is \d+ ms behind$/);
  });

  test('that has stopped following: that it is not read', async (t) => {
    const paused = databaseUrl(replica.url, 'blog');
    await query(paused, 'select pg_wal_replay_pause()');
    await until('the pause', async () => {
      const [row] = await query(paused, 'select pg_get_wal_replay_pause_state() as state');
      return row?.['state'] === 'paused' || undefined;
    });
    const said = await told(t, asBlog(replica));
    assert.match(said, /^warning +The replica is more than 5 s behind, so the primary is read/);
    await query(paused, 'select pg_wal_replay_resume()');
    assert.match(await told(t, asBlog(replica)), /^ok +The replica follows/);
  });

  test('that is the primary itself, or of another database', async (t) => {
    assert.match(
      await told(t, asBlog(primary)),
      /^problem DATABASE_REPLICA_URL leads to a server that follows no other/,
    );
    assert.match(
      await told(t, asBlog(replica, 'other')),
      /^problem DATABASE_REPLICA_URL leads to a copy of another database/,
    );
  });

  test('that is not there', async (t) => {
    await replica.stop();
    assert.match(
      await told(t, asBlog(replica)),
      /^problem DATABASE_REPLICA_URL cannot be used \(.*ECONNREFUSED.*\): is it running/,
    );
    await replica.start();
  });
});
