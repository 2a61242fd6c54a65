import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ALONE } from '../../scripts/test-processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'test.ts');

/** Runs `npm test` with these arguments; `left` is what it left in the folder of temporary files. */
async function runTests(t: TestContext, ...args: string[]) {
  const temporary = await temporaryFolder(t);
  // The runner refuses to run inside a test.
  const { NODE_TEST_CONTEXT: _, TEST_RUN: __, ...env } = process.env;
  const ended = Promise.withResolvers<{ code: unknown; output: string }>();
  const options = { env: { ...env, TMPDIR: temporary } };
  execFile(process.execPath, [SCRIPT, ...args], options, (error, out, err) =>
    ended.resolve({ code: error ? error.code : 0, output: out + err }),
  );
  return { ...(await ended.promise), left: await readdir(temporary) };
}

test('a run without a test on PostgreSQL starts none, and ends with its slowest files', async (t) => {
  const { code, output, left } = await runTests(t, '--only', 'src/views/', '--database', 'sqlite');
  assert.equal(code, 0, output);
  assert.match(output, /^ℹ tests [1-9]\d*$/m);
  assert.match(output, /^ℹ fail 0$/m);
  assert.match(output, /Slowest files, in seconds\n(?: +\d+\.\d {2}src\/views\/\S+\.test\.ts\n)+$/);
  // A server's folder is removed half a second after the run.
  assert.deepEqual(left, []);
});

test('what no file matches, and an unknown option, are errors', async (t) => {
  const none = await runTests(t, '--only', 'no such file');
  assert.deepEqual([none.code, none.output], [1, 'No test file matches\n']);
  const unknown = await runTests(t, '--slow');
  assert.equal(unknown.code, 2);
  assert.match(unknown.output, /Unknown option '--slow'[\s\S]*usage: /);
});

test('each file that is to have a process of its own exists', () => {
  const cwd = join(import.meta.dirname, '..', '..');
  for (const files of ALONE) assert.notDeepEqual(globSync(files, { cwd }), [], files);
});
