import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobQueue } from './job-queue.ts';

const queue = (max = 10) => createJobQueue<{ name: string; whole: boolean }>(max);
const face = (name: string) => ({ name, whole: false });
const post = (name: string) => ({ name, whole: true });

test('a face does not wait behind an album, and an album gets its turns', () => {
  const jobs = queue();
  for (const name of ['p1', 'p2', 'p3']) jobs.push(post(name));
  for (const name of ['f1', 'f2', 'f3', 'f4', 'f5']) jobs.push(face(name));
  const order = Array.from({ length: 8 }, () => {
    const next = jobs.peek();
    assert.equal(jobs.shift(), next);
    return next?.name;
  });
  assert.deepEqual(order, ['f1', 'f2', 'f3', 'p1', 'f4', 'f5', 'p2', 'p3']);
  assert.equal(jobs.shift(), undefined);
});

test('each kind has its own limit, and what is tried again comes first', () => {
  const jobs = queue(2);
  for (const name of ['p1', 'p2']) jobs.push(post(name));
  assert.deepEqual([jobs.isFull(true), jobs.isFull(false)], [true, false]);
  jobs.push(face('f1'));
  jobs.pushFirst(post('again'));
  assert.equal(jobs.length, 4);
  assert.equal(jobs.shift()?.name, 'again');
  assert.deepEqual(
    jobs.drain().map(({ name }) => name),
    ['f1', 'p1', 'p2'],
  );
  assert.equal(jobs.length, 0);
});
