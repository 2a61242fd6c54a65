import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { listTimedJobs } from '../../../src/app-jobs.ts';
import type { Context } from '../../../src/context.ts';
import { transact } from '../../../src/db/transact.ts';
import { type Client, createClient, type Person } from '../../support/client.ts';
import { type Draft, newDraft } from '../../support/drafts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const NOON = Date.parse('2027-03-01T12:00:00Z');
const MINUTE = 60_000;
const SECRET_KEY = 'the same on both'.repeat(3);
const AT_NOON = { publish_at: new Date(NOON).toISOString() };

/** Two servers with one database, and a clock that both have. */
let [first, second]: TestServer[] = [];
const clock = { now: NOON };
let client: Client;
before(async () => {
  const options = { clock: () => clock.now };
  first = await startServer({ SECRET_KEY }, {}, options);
  const { database } = first.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  second = await startServer({ DATABASE_URL: same, SECRET_KEY }, {}, options);
  client = createClient(first.url);
});
after(async () => {
  await second?.stop();
  await first?.stop();
});

const contextOf = (server: TestServer | undefined): Context => (server as TestServer).context;
const jobOf = (server?: TestServer) =>
  listTimedJobs(contextOf(server)).find(({ name }) => name === 'drafts');
/** What a server does at intervals. */
const run = (server = first) => jobOf(server)?.run(new AbortController().signal);

/** Somebody who writes, and a minute before noon. */
async function begin(): Promise<Person & { draft: (json: Partial<Draft>) => Promise<Draft> }> {
  clock.now = NOON - MINUTE;
  const person = await client.person();
  return { ...person, draft: (json) => newDraft(client, person.token, { ...AT_NOON, ...json }) };
}

async function titlesOf({ id }: Person): Promise<string[]> {
  const { db } = contextOf(first);
  const rows = await db.selectFrom('posts').select('title').where('user_id', '=', id).execute();
  return rows.map(({ title }) => title).toSorted();
}

const rowOf = ({ id }: Draft) =>
  contextOf(first).db.selectFrom('drafts').selectAll().where('id', '=', id).executeTakeFirst();

/** Changes a draft on the other server, as a save does, while this one runs the job. */
async function runDuring({ id, version }: Draft, change: Record<string, unknown>) {
  let job: ReturnType<typeof run>;
  await transact(contextOf(second).db, async (trx) => {
    const next = { ...change, version: version + 1 };
    await trx.updateTable('drafts').set(next).where('id', '=', id).execute();
    job = run();
    // By now it has read the draft as it was, and waits to write.
    await sleep(300);
  });
  return job;
}

test('drafts are looked for often enough that each is published within a minute, and not before its time', async () => {
  assert.ok((jobOf(first)?.intervalMs ?? MINUTE) < MINUTE);
  const ann = await begin();
  await ann.draft({ title: 'T', content: 'x' });
  clock.now = NOON - 1;
  assert.deepEqual(await run(), { published: 0, refused: 0 });
  clock.now = NOON;
  assert.deepEqual(await run(), { published: 1, refused: 0 });
  assert.deepEqual(await titlesOf(ann), ['T']);
});

test('published by the time on one server and by hand on another at the same moment, each draft is one post', async () => {
  const ann = await begin();
  const { db } = contextOf(first);
  const posts = await Promise.all([0, 1, 2].map((n) => client.post(ann.token, `P${n}`, 'old')));
  const drafts: Draft[] = [];
  for (const { id: post_id } of posts) drafts.push(await ann.draft({ post_id, content: 'new' }));
  for (let n = 0; n < 5; n++) drafts.push(await ann.draft({ title: `T${n}`, content: 'new' }));
  clock.now = NOON;
  const other = createClient((second as TestServer).url);
  const [due, ...byHand] = await Promise.all([
    run(),
    ...drafts.map(({ id }) => other.api('POST', `/api/drafts/${id}/publish`, { token: ann.token })),
    run(second),
  ]);
  const answers = byHand.flatMap((one) => (one && 'status' in one ? [one.status] : []));
  assert.ok(
    answers.every((status) => [200, 201, 404].includes(status)),
    answers.join(),
  );
  const made = answers.filter((status) => status !== 404).length;
  const timed = [due, byHand.at(-1)].map(
    (one) => (one as Record<string, number>)['published'] ?? 0,
  );
  assert.equal(made + timed.reduce((sum, count) => sum + count), drafts.length);
  assert.deepEqual(await titlesOf(ann), ['P0', 'P1', 'P2', 'T0', 'T1', 'T2', 'T3', 'T4']);
  assert.deepEqual(await db.selectFrom('drafts').select('id').execute(), []);
  const revisions = await db
    .selectFrom('revisions')
    .select('content')
    .where('user_id', '=', ann.id)
    .execute();
  assert.equal(revisions.filter(({ content }) => content === 'new').length, drafts.length);
  const notices = await db
    .selectFrom('notices')
    .select('id')
    .where('user_id', '=', ann.id)
    .where('kind', '=', 'published')
    .execute();
  assert.equal(notices.length, drafts.length - made, 'those that nobody was waiting for');
});

test('a draft that its author puts off in the moment of its time waits until then', async () => {
  const ann = await begin();
  const draft = await ann.draft({ title: 'T', content: 'x' });
  clock.now = NOON;
  const later = (NOON + 60 * MINUTE) * 1000;
  assert.deepEqual(await runDuring(draft, { publish_at: later }), { published: 0, refused: 0 });
  assert.deepEqual(await titlesOf(ann), []);
  clock.now = NOON + 60 * MINUTE;
  assert.deepEqual(await run(), { published: 1, refused: 0 });
});

test('a draft that its author mends in the moment of its time is published, not refused for what it was', async () => {
  const ann = await begin();
  const draft = await ann.draft({ title: '', content: 'x' });
  clock.now = NOON;
  await runDuring(draft, { title: 'T' });
  assert.equal((await rowOf(draft))?.publish_error ?? null, null);
  await run();
  assert.deepEqual(await titlesOf(ann), ['T']);
});

test('both versions of a text, marked, are not published', async () => {
  const ann = await begin();
  const content = '▸▸▸ Your version:\na\n▸▸▸ The saved version:\nb\n▸▸▸ End of what differs';
  const draft = await ann.draft({ title: 'T', content });
  clock.now = NOON;
  assert.deepEqual(await run(), { published: 0, refused: 1 });
  assert.match((await rowOf(draft))?.publish_error ?? '', /both versions of a text, marked/);
});

test('nothing of somebody who is suspended is published at its time, nor later by itself', async () => {
  const ann = await begin();
  const post = await client.post(ann.token, 'P', 'old');
  const drafts = [
    await ann.draft({ title: 'T', content: 'x' }),
    await ann.draft({ post_id: post.id, content: 'new' }),
  ];
  const set = (state: 'suspended' | 'active') =>
    contextOf(first).db.updateTable('users').set({ state }).where('id', '=', ann.id).execute();
  await set('suspended');
  clock.now = NOON;
  assert.deepEqual(await run(), { published: 0, refused: 2 });
  for (const draft of drafts)
    assert.match((await rowOf(draft))?.publish_error ?? '', /^Not authorized/);
  await set('active');
  assert.deepEqual(await run(), { published: 0, refused: 0 });
  assert.deepEqual(await titlesOf(ann), ['P']);
});
