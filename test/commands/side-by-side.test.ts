import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, runSideBySide } from '../../scripts/side-by-side.ts';

const node = (code: string): Command => [process.execPath, '-e', code];
const PASSES = node('console.log("well")');
const FAILS = node('console.log("a line"); console.error("a reason"); process.exitCode = 3');
const NEVER_ENDS = node('setInterval(() => {}, 1000)');

test('nothing is said when all commands pass', async () => {
  assert.deepEqual(await runSideBySide({ shown: [node('')], quiet: [PASSES, PASSES] }), []);
});

test('one failure is told with its output, and stops the others', async () => {
  const failed = `${FAILS.join(' ')} failed\na line\na reason`;
  const quiet = [PASSES, FAILS, NEVER_ENDS];
  assert.deepEqual(await runSideBySide({ shown: [NEVER_ENDS], quiet }), [failed]);
});

test('what a command has started ends with it, and with the others', async () => {
  const forever = JSON.stringify(NEVER_ENDS);
  const leaves = (then: string) =>
    node(`const { spawn } = require('node:child_process');
      const [program, ...args] = ${forever};
      spawn(program, args, { stdio: 'inherit' });
      ${then}`);
  // The output of a command is at its end when no process can write to it any more.
  const fails = leaves('process.exit(1)');
  const quiet = [fails, leaves('setInterval(() => {}, 1000)')];
  assert.deepEqual(await runSideBySide({ shown: [], quiet }), [`${fails.join(' ')} failed`]);
});

test('the one whose output is shown can fail, too', async () => {
  const shown = node('process.exitCode = 1');
  const failed = await runSideBySide({ shown: [shown], quiet: [NEVER_ENDS] });
  assert.deepEqual(failed, [`${shown.join(' ')} failed`]);
});

test('a program that is not there is a failure', async () => {
  const failed = await runSideBySide({ shown: [NEVER_ENDS], quiet: [['no-such-program']] });
  assert.match(failed.join(), /^no-such-program failed\n.*ENOENT$/);
});

test('what is stopped has not passed', async () => {
  const stopped = new AbortController();
  const ended = runSideBySide({ shown: [NEVER_ENDS], quiet: [] }, stopped);
  stopped.abort();
  assert.deepEqual(await ended, ['stopped']);
});
