import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { emptyDatabase, query } from '../../../test/support/databases/postgres.ts';
import { until } from '../../../test/support/until.ts';
import { StartError } from '../../errors.ts';
import type { DataLock } from '../lock-type.ts';
import { checkDatabase } from '../heartbeat.ts';
import { openDatabase } from '../open.ts';
import { lockPostgres } from './lock.ts';

async function lock(t: TestContext, url: string, kind: 'shared' | 'exclusive'): Promise<DataLock> {
  const held = await lockPostgres(url, kind);
  t.after(() => held.release());
  return held;
}

/** Cuts every connection that holds the lock; one that existed before would keep it. */
const cutHolders = (url: string) =>
  query(
    url,
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );

const becomes = (what: string, ask: () => boolean) => until(what, async () => ask() || undefined);

test('a command that needs exclusive access is refused while servers run, and the other way round', async (t) => {
  const url = await emptyDatabase(t);
  const servers = [await lock(t, url, 'shared'), await lock(t, url, 'shared')];
  await assert.rejects(lock(t, url, 'exclusive'), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(
      error.message,
      /is running on the database at DATABASE_URL \(user masthead\); stop it first/,
    );
    return true;
  });
  for (const server of servers) await server.release();
  const command = await lock(t, url, 'exclusive');
  await assert.rejects(lock(t, url, 'shared'), /to itself; try again/);
  await command.release();
  await lock(t, url, 'shared');
});

test('the lock of a process that was killed is released', async (t) => {
  const url = await emptyDatabase(t);
  const program = `
    import { lockPostgres } from ${JSON.stringify(import.meta.resolve('./lock.ts'))};
    await lockPostgres(process.argv[1], 'shared');
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await assert.rejects(lock(t, url, 'exclusive'), StartError);
  child.kill('SIGKILL');
  await until('the lock', () => lock(t, url, 'exclusive').catch(() => undefined));
});

test('a server that has lost its lock uses nothing until it has it again', async (t) => {
  const url = await emptyDatabase(t);
  const server = await lock(t, url, 'shared');
  const config = { kind: 'postgresql', url, poolSize: 2 } as const;
  const db = await openDatabase(config, { usable: server.held });
  t.after(() => db.destroy());
  await checkDatabase(db, 1);
  const command = until('a command to take the lock in between', async () => {
    await cutHolders(url);
    return lock(t, url, 'exclusive').catch(() => undefined);
  });
  const { release } = await command;
  await becomes('the loss', () => !server.held());
  await assert.rejects(checkDatabase(db, 2), { status: 503, message: 'Database unavailable' });
  await release();
  await becomes('the lock again', () => server.held());
  await checkDatabase(db, 3);
});

test('a command that has lost its lock does not get it back', async (t) => {
  const url = await emptyDatabase(t);
  const command = await lock(t, url, 'exclusive');
  await cutHolders(url);
  await becomes('the loss', () => !command.held());
  await lock(t, url, 'shared');
  assert.equal(command.held(), false);
});
