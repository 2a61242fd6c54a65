import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createClient, type Answer, type Person, type User } from '../support/client.ts';
import { slowPng } from '../support/pictures/crafted-pictures.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { processorTime } from '../support/processes/process-time.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const small = fileBody(await photo({ width: 60, height: 40 }));
const slow = fileBody(slowPng());
const BUSY = 'Pictures cannot be processed right now. Please try again in a moment.';
const QUEUE = 128;

/** A server with so many workers and a registered user, and the steps of these tests. */
async function serve(t: TestContext, workers: number, options: { imageDeadlineMs?: number } = {}) {
  const env = { IMAGE_WORKERS: String(workers), LOG_LEVEL: 'silent' };
  const server = await startServer(env, {}, options);
  t.after(() => server.stop());
  const client = createClient(server.url);
  const ann = await client.person();
  const { images } = server.context;
  const put = (body: Uint8Array, { id, token }: Person = ann) =>
    client.api<User>('PATCH', `/api/users/${id}/picture`, { token, body, headers: MULTIPART });
  /** The one worker's process id, once it decodes, if it is not one of `others`. */
  const worker = (...others: number[]) =>
    until('a worker at work', async () => {
      const [pid] = images.pids();
      return images.stats().running > 0 && pid && !others.includes(pid) ? pid : undefined;
    });
  return { server, client, ann, images, put, worker };
}

function assertBusy(answer: Answer): void {
  assert.deepEqual([answer.status, answer.body], [503, { detail: BUSY }]);
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
}

/** Resolves to the first answer, and fails at once if one comes before `step` is over. */
async function during<T>(answer: Promise<Answer>, step: Promise<T>): Promise<T> {
  const early = answer.then(({ status, text }) => Promise.reject(new Error(`${status} ${text}`)));
  return Promise.race([step, early]);
}

test('a worker that is killed, aborts or crashes costs nobody a picture', async (t) => {
  const { images, put, worker } = await serve(t, 1);
  for (const signal of ['SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGTRAP'] as const) {
    const { restarts } = images.stats();
    const answer = put(slow);
    process.kill(await during(answer, worker()), signal);
    assert.equal((await answer).status, 200, signal);
    assert.equal(images.stats().restarts, restarts + 1, signal);
  }
  assert.equal((await put(small)).status, 200);
});

test('a picture that kills two workers is a 503, the old one stays and the next is accepted', async (t) => {
  const { client, ann, put, worker } = await serve(t, 1);
  const { image_file: before } = (await put(small)).body;
  const answer = put(slow);
  const first = await during(answer, worker());
  process.kill(first, 'SIGSEGV');
  process.kill(await during(answer, worker(first)), 'SIGSEGV');
  assertBusy(await answer);
  const { body } = await client.api<User>('GET', `/api/users/${ann.id}`);
  assert.ok(before);
  assert.equal(body.image_file, before);
  assert.equal((await put(small)).status, 200);
});

test('a worker that hangs costs nobody a picture', async (t) => {
  const { images, put, worker } = await serve(t, 1);
  const answer = put(slow);
  const hung = await during(answer, worker());
  process.kill(hung, 'SIGSTOP');
  const waiting = put(small);
  assert.equal((await answer).status, 200);
  assert.equal((await waiting).status, 200);
  assert.ok(!images.pids().includes(hung));
});

test('a full queue answers 503, and later serves all it accepted', async (t) => {
  const { client, images, put, worker } = await serve(t, 1, { imageDeadlineMs: 5 * 60_000 });
  // One user each, so that uploads do not wait for each other in the ledger.
  const bob = await client.person();
  const stopped = put(slow);
  const pid = await during(stopped, worker());
  process.kill(pid, 'SIGSTOP');
  t.after(() => {
    if (images.pids().includes(pid)) process.kill(pid, 'SIGCONT');
  });
  const taken = Array.from({ length: QUEUE }, () => put(small));
  await until('a full queue', async () => images.stats().queued === QUEUE || undefined);
  const refused = await Promise.all(Array.from({ length: 12 }, () => put(small, bob)));
  for (const answer of refused) assertBusy(answer);
  process.kill(pid, 'SIGCONT');
  const answers = await Promise.all([stopped, ...taken]);
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal((await put(small, bob)).status, 200);
});

test('while four bombs are decoded, pages and logins are answered', async (t) => {
  const { client, ann, images, put } = await serve(t, 2);
  const enough = new AbortController();
  const statuses = new Set<number>();
  const bombers = Array.from({ length: 4 }, async () => {
    while (!enough.signal.aborted) statuses.add((await put(slow)).status);
  });
  await until('bombs at work', async () => {
    const { running, queued } = images.stats();
    return (running === 2 && queued === 2) || undefined;
  });
  for (let n = 0; n < 10; n++) {
    assert.equal((await client.api('GET', '/')).status, 200);
    assert.equal((await client.login(ann.email, ann.password)).status, 200);
  }
  enough.abort();
  await Promise.all(bombers);
  assert.ok(!statuses.has(500) && (statuses.has(200) || statuses.has(400)), [...statuses].join());
});

test('the server’s thread does not decode', async (t) => {
  // So that no decoder is replaced on a busy machine.
  const { images, put } = await serve(t, 2, { imageDeadlineMs: 600_000 });
  await Promise.all([put(slow), put(slow)]);
  const decoders = images.pids();
  const used = () => decoders.reduce((sum, pid) => sum + processorTime(pid), 0);
  const [before, usedBefore] = [process.threadCpuUsage(), used()];
  await Promise.all(Array.from({ length: 8 }, () => put(slow)));
  const { user, system } = process.threadCpuUsage(before);
  const [ours, theirs] = [(user + system) / 1000, used() - usedBefore];
  assert.deepEqual(images.pids(), decoders);
  t.diagnostic(`${ours.toFixed(0)} ms of its processor time, ${theirs} ms of the decoders'`);
  // Both on the same machine at the same time; a quarter is what it needs on a busy one.
  assert.ok(ours < theirs / 2, `${ours} and ${theirs} ms`);
});
