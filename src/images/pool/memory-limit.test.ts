import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { withMemoryLimit } from './memory-limit.ts';

const MB = 1024 * 1024;

/** Runs a process under withMemoryLimit that fills so many bytes, and returns how it ended. */
async function fill(bytes: number, growthBytes: number): Promise<unknown> {
  const script = `Buffer.alloc(${bytes}, 1); process.stdout.write(process.argv[1])`;
  const command = [process.execPath, '-e', script, 'a "quoted" $word'];
  const [file = '', ...args] = withMemoryLimit(command, growthBytes);
  const child = spawn(file, args, { env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return status === 0 ? said : 'ended';
}

test('a process gets the allowed memory and not more, and its arguments unchanged', async () => {
  assert.equal(await fill(300 * MB, 800 * MB), 'a "quoted" $word');
  // Other systems have no such limit.
  const refused = process.platform === 'linux' ? 'ended' : 'a "quoted" $word';
  assert.equal(await fill(300 * MB, 200 * MB), refused);
});
