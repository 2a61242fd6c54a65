import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { createClient, type Client, type Page, type Person } from '../support/client.ts';
import { databaseUrl, postgresVariables, query } from '../support/postgres.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { createVisitor } from '../support/visitor.ts';

describe('a replica that follows', () => {
  let primary: PostgresServer;
  let replica: PostgresServer;
  let server: TestServer;
  let client: Client;
  let ann: Person;
  let url: string;
  let replicaUrl: string;

  before(async () => {
    primary = await startPostgres();
    await query(primary.url, 'create database blog');
    replica = await startPostgres({ replicaOf: primary });
    [url, replicaUrl] = [databaseUrl(primary.url, 'blog'), databaseUrl(replica.url, 'blog')];
    const database = { ...postgresVariables(url), DATABASE_REPLICA_URL: replicaUrl };
    server = await startServer({ ...database, LOG_LEVEL: 'silent' });
    client = createClient(server.url);
    ann = await client.person();
  });
  after(async () => {
    await server.stop();
    await Promise.all([primary.remove(), replica.remove()]);
  });

  const total = async (): Promise<number> =>
    (await client.api<Page>('GET', '/api/posts')).body.total;

  const countIn = async (database: string): Promise<number> =>
    Number((await query(database, 'select count(*) as count from posts'))[0]?.['count']);

  /** As another node does it, of which this one learns by reading alone; returns the path of the newest post. */
  async function writeElsewhere(): Promise<string> {
    const [post] = await query(
      url,
      `insert into posts (user_id, title, content, date_posted)
       values (${ann.id}, 'x', 'x', (select coalesce(max(date_posted), 0) + 1 from posts)) returning id`,
    );
    return `/posts/${Number(post?.['id'])}`;
  }

  async function followed(): Promise<void> {
    await resume();
    const count = await countIn(url);
    await until('the replica', async () => {
      const there = await countIn(replicaUrl).catch(() => undefined);
      return there === count || undefined;
    });
  }

  /** Resolves once the replica, which does not follow any more, hides the newest post, of that path. */
  const hidden = () =>
    until('a read of the replica', async () => {
      await followed();
      await pause();
      const path = await writeElsewhere();
      const all = await countIn(url);
      return (await total()) < all ? { path, all } : undefined;
    });

  /** What has been asked to pause may still replay what comes just then. */
  async function pause(): Promise<void> {
    await query(replicaUrl, 'select pg_wal_replay_pause()');
    await until('the pause', async () => {
      const [row] = await query(replicaUrl, 'select pg_get_wal_replay_pause_state() as state');
      return row?.['state'] === 'paused' || undefined;
    });
  }

  const resume = () => query(replicaUrl, 'select pg_wal_replay_resume()');

  test('is read by those who have not written, and some seconds behind not any more', async () => {
    const { all } = await hidden();
    await until('what was written elsewhere', async () => (await total()) === all || undefined);
    await hidden();
    await resume();
  });

  test('may have given an answer that is old: it is not given again', async () => {
    const { all } = await hidden();
    await followed();
    assert.equal(await total(), all);
  });

  test('hides from nobody what was written here', async () => {
    const { all } = await hidden();
    const post = await client.post(ann.token);
    assert.equal(await total(), all + 1);
    assert.equal((await client.api('GET', `/api/posts/${post.id}`)).status, 200);
    await resume();
  });

  test('is not read for somebody signed in, nor for who is told what they have just done', async () => {
    const browser = createVisitor(server.url);
    await browser.signIn(ann);
    const other = createVisitor(server.url);
    const { path } = await hidden();
    assert.equal((await other.get(path)).status, 404);
    assert.equal((await browser.get(path)).status, 200);
    assert.equal((await other.get(`${path}?done=logout`)).status, 200);
    await resume();
  });

  test('may be too slow: its statement is done again in the primary', async () => {
    const { reads } = server.context;
    await followed();
    await until('reads of the replica', async () => {
      const where = sql<{ copy: boolean }>`select pg_is_in_recovery() as copy`;
      return (await where.execute(reads)).rows[0]?.copy || undefined;
    });
    const slow = sql<{ copy: boolean }>`
      select pg_is_in_recovery() as copy, case when pg_is_in_recovery() then pg_sleep(600) end`;
    const before = reads.errors.too_slow;
    assert.equal((await slow.execute(reads)).rows[0]?.copy, false);
    assert.ok(reads.errors.too_slow > before, 'the host is told');
  });

  test('may stop and start: nobody notices', async () => {
    await followed();
    const reading = new AbortController();
    const read = async () => {
      while (!reading.signal.aborted) {
        for (const path of ['/', '/api/posts', `/api/users/${ann.id}`]) {
          assert.equal((await client.api('GET', path)).status, 200);
        }
      }
    };
    const readers = Promise.all([read(), read(), read()]);
    await replica.stop('immediate');
    await total();
    await replica.start();
    await hidden();
    await resume();
    reading.abort();
    await readers;
  });
});
