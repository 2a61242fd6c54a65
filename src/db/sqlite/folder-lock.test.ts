import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { StartError } from '../../errors.ts';

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(t: TestContext, dataDir: string, kind: string) {
  const program = `
    import { lockFolder } from ${JSON.stringify(import.meta.resolve('./folder-lock.ts'))};
    lockFolder(process.argv[1], process.argv[2]);
    globalThis.gc();
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', program, dataDir, kind],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  t.after(kill);
  await once(child.stdout, 'data');
  return { kill };
}

test('a command that needs exclusive access is refused while a server runs, but not after it was killed', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'data');
  const server = await holdElsewhere(t, dataDir, 'shared');
  assert.throws(
    () => lockFolder(dataDir, 'exclusive'),
    (error) => error instanceof StartError && /is running on .*data; stop it/.test(error.message),
  );
  lockFolder(dataDir, 'shared').release();
  assert.throws(() => lockFolder(dataDir, 'exclusive'), StartError);
  await server.kill();
  lockFolder(dataDir, 'exclusive').release();
});

test('a server is refused while a command has exclusive access', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'data');
  const command = await holdElsewhere(t, dataDir, 'exclusive');
  assert.throws(
    () => lockFolder(dataDir, 'shared'),
    (error) => error instanceof StartError && /to itself; try again/.test(error.message),
  );
  await command.kill();
  const lock = lockFolder(dataDir, 'shared');
  assert.throws(() => lockFolder(dataDir, 'exclusive'), StartError);
  lock.release();
  lock.release();
  lockFolder(dataDir, 'exclusive').release();
});
