import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMet, measureInTurn, ratios, type Work } from '../../bench/work.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'bench', 'main.ts');

/** Runs the benchmarks' command line to its end. */
function bench(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test('an unknown option is refused with the usage', async () => {
  for (const args of [['--fast'], ['--rounds', 'many'], ['GET']]) {
    const { status, stderr } = await bench(...args);
    assert.equal(status, 1);
    assert.match(stderr, /usage: npm run bench/);
  }
});

test('a text that matches no row is reported, and the exit status is 1', async () => {
  const { status, stderr } = await bench('--only', 'the moon');
  assert.equal(status, 1);
  assert.match(stderr, /No row's name contains "the moon"/);
});

test('rows are measured against a real server and a real limit', async () => {
  const { status, stdout, stderr } = await bench('--only', 'start to', '--rounds', '2');
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^start to the first 200 +[\d.,]+ ms \(node:http's own\) +[\d.,]+ ms +[\d.]+ \(.*\)/,
  );
});

const counting = (figures: number[]) => async () => figures.shift() ?? NaN;

test('the ratio is taken within a round, and the goal is compared with the median', async () => {
  const work: Work = {
    name: 'work',
    unit: '/s',
    limit: { name: 'limit', measure: counting([100, 200, 50]) },
    measure: counting([90, 100, 40]),
    goal: { atLeast: 0.8 },
  };
  const row = await measureInTurn(work, 3);
  assert.deepEqual(ratios(row), [0.9, 0.5, 0.8]);
  assert.equal(isMet(row), true);
  assert.equal(isMet({ ...row, work: { ...work, goal: { atLeast: 0.81 } } }), false);
  assert.equal(isMet({ ...row, work: { ...work, goal: { atMost: 0.5 } } }), false);
});

test('a row that fails says why and does not stop the others', async () => {
  const work: Work = {
    name: 'work',
    unit: 'ms',
    measure: async () => {
      throw new Error('no server');
    },
  };
  assert.equal((await measureInTurn(work, 3)).failed, 'no server');
});
