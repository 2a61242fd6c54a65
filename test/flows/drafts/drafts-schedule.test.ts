import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishDue } from '../../../src/drafts/schedule/publish-due.service.ts';
import { createClient, type Page } from '../../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, errorsOf, linksOf, statusOf, valuesOf } from '../../support/visitor.ts';

const NOON = Date.parse('2027-03-01T12:00:00Z');
const MINUTE = 60_000;

/** A blog whose clock stands at noon, and somebody who writes. */
async function begin() {
  const clock = { now: NOON };
  const server = await startServer({}, {}, { clock: () => clock.now });
  const client = createClient(server.url);
  const person = await client.person();
  const { token } = person;
  const visitor = createVisitor(server.url);
  await visitor.signIn(person);
  const posts = async () => {
    const { body } = await client.api<Page>('GET', '/api/posts');
    return body.posts.map(({ title, content, date_posted }) => ({ title, content, date_posted }));
  };
  const drafts = async () =>
    (await client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token })).body.drafts;
  /** What every node does at intervals. */
  const run = () => publishDue(server.context, new AbortController().signal);
  /** Another token: they last half an hour. */
  const later = async (milliseconds: number) => {
    clock.now = NOON + milliseconds;
    person.token = (await client.login(person.email, person.password)).body.access_token;
  };
  return {
    server,
    client,
    person,
    visitor,
    clock,
    posts,
    drafts,
    run,
    later,
    [Symbol.asyncDispose]: server.stop,
  };
}

const at = (milliseconds: number) => new Date(NOON + milliseconds).toISOString();
const dated = (milliseconds: number) => at(milliseconds).replace('Z', '000Z');
const fieldsOf = (page: Parameters<typeof valuesOf>[0]) =>
  Object.fromEntries(Object.entries(valuesOf(page)).map(([name, value]) => [name, value ?? '']));

test('a draft is published at its time, once, whatever the number of nodes, and dated so', async () => {
  await using blog = await begin();
  const publish_at = at(10 * MINUTE);
  await newDraft(blog.client, blog.person.token, { title: 'T', content: 'x', publish_at });
  await blog.run();
  assert.deepEqual(await blog.posts(), [], 'not before');
  blog.clock.now = NOON + 10 * MINUTE + 20_000;
  const runs = await Promise.all([blog.run(), blog.run(), blog.run()]);
  assert.equal(
    runs.reduce((sum, { published }) => sum + published, 0),
    1,
  );
  const post = { title: 'T', content: 'x', date_posted: dated(10 * MINUTE) };
  assert.deepEqual(await blog.posts(), [post]);
  assert.deepEqual(await blog.run(), { published: 0, refused: 0 });
  assert.equal((await blog.posts()).length, 1);
});

test('a draft that is published by hand at the moment of its time becomes one post', async () => {
  await using blog = await begin();
  const { token } = blog.person;
  const made: number[] = [];
  for (let n = 0; n < 6; n++) {
    const draft = { title: `T${n}`, content: 'x', publish_at: at(10 * MINUTE) };
    made.push((await newDraft(blog.client, token, draft)).id);
  }
  blog.clock.now = NOON + 10 * MINUTE;
  const byHand = (id: number) => blog.client.api('POST', `/api/drafts/${id}/publish`, { token });
  const [, ...answers] = await Promise.all([blog.run(), ...made.map(byHand), blog.run()]);
  for (const answer of answers) {
    if ('status' in answer) assert.ok([200, 201, 404].includes(answer.status), answer.text);
  }
  assert.deepEqual(await blog.drafts(), []);
  const titles = (await blog.posts()).map(({ title }) => title);
  assert.deepEqual(titles.toSorted(), ['T0', 'T1', 'T2', 'T3', 'T4', 'T5']);
});

test('after an hour without a server it is published with the time that it is then', async () => {
  await using blog = await begin();
  const publish_at = at(MINUTE);
  await newDraft(blog.client, blog.person.token, { title: 'T', content: 'x', publish_at });
  blog.clock.now = NOON + 60 * MINUTE;
  await blog.run();
  assert.equal((await blog.posts())[0]?.date_posted, dated(60 * MINUTE));
});

test('a clock that is set back an hour publishes nothing early and nothing twice', async () => {
  await using blog = await begin();
  const publish_at = at(MINUTE);
  await newDraft(blog.client, blog.person.token, { title: 'T', content: 'x', publish_at });
  blog.clock.now = NOON - 60 * MINUTE;
  await blog.run();
  assert.deepEqual(await blog.posts(), []);
  blog.clock.now = NOON + 2 * MINUTE;
  await blog.run();
  blog.clock.now = NOON - 60 * MINUTE;
  await blog.run();
  assert.equal((await blog.posts()).length, 1);
});

test('a change of a post comes at its time, unless the post has changed meanwhile', async () => {
  await using blog = await begin();
  const { token } = blog.person;
  for (const changed of [false, true]) {
    const post = await blog.client.post(token, `P ${changed}`, 'start');
    const publish_at = at(MINUTE);
    await newDraft(blog.client, token, { post_id: post.id, content: 'next', publish_at });
    const json = { content: 'by the API' };
    if (changed) await blog.client.api('PATCH', `/api/posts/${post.id}`, { token, json });
    blog.clock.now = NOON + 2 * MINUTE;
    const expected = changed ? { published: 0, refused: 1 } : { published: 1, refused: 0 };
    assert.deepEqual(await blog.run(), expected);
    const { body } = await blog.client.api<{ content: string }>('GET', `/api/posts/${post.id}`);
    assert.equal(body.content, changed ? 'by the API' : 'next');
    blog.clock.now = NOON;
  }
  assert.match((await blog.visitor.get('/drafts')).text, /This post has changed since its draft/);
});

test('what no post may be is not published: the list says why, and it is tried again with a new time', async () => {
  await using blog = await begin();
  for (const [json, reason] of [
    [{ title: ' ', content: 'x' }, 'It has no title.'],
    [{ title: 'x', content: '' }, 'It has no text.'],
    [{ title: 't'.repeat(101), content: 'x' }, 'Its title has more than 100 characters.'],
  ] as const) {
    const { token } = blog.person;
    const draft = await newDraft(blog.client, token, { ...json, publish_at: at(-MINUTE) });
    assert.deepEqual(await blog.run(), { published: 0, refused: 1 });
    assert.deepEqual(await blog.run(), { published: 0, refused: 0 }, 'not again and again');
    for (const path of ['/drafts', `/drafts/${draft.id}`]) {
      const { text } = await blog.visitor.get(path);
      assert.match(text, new RegExp(`Could not be published .*: ${reason}`), path);
    }
    const saved = await blog.client.api<Draft>('PATCH', `/api/drafts/${draft.id}`, {
      token,
      json: { title: 'Better', content: 'x', publish_at: at(-1000) },
      headers: ifMatch(draft),
    });
    assert.equal(saved.status, 200, 'the failure made no other version');
    assert.deepEqual(await blog.run(), { published: 1, refused: 0 });
  }
});

test('somebody who may not write any more publishes nothing, and a suspended one says so', async () => {
  await using blog = await begin();
  const publish_at = at(MINUTE);
  await newDraft(blog.client, blog.person.token, { title: 'T', content: 'x', publish_at });
  await blog.server.context.db
    .updateTable('users')
    .set({ role: 'reader' })
    .where('id', '=', blog.person.id)
    .execute();
  blog.clock.now = NOON + 2 * MINUTE;
  assert.deepEqual(await blog.run(), { published: 0, refused: 1 });
  assert.deepEqual(await blog.posts(), []);
});

test('the form takes a date, a time and a zone, and shows them again', async () => {
  await using blog = await begin();
  const { visitor } = blog;
  const page = fieldsOf(await visitor.get('/posts/new'));
  assert.equal(page['publish_zone'], 'UTC');
  const text = { ...page, title: 'T', content: 'x', do: 'schedule' };
  const when = {
    publish_date: '2027-03-02',
    publish_time: '09:30',
    publish_zone: 'Asia/Kathmandu',
  };
  const sent = await visitor.post('/posts/new', { ...text, ...when });
  assert.equal(sent.location, '/drafts?done=scheduled');
  const list = await visitor.follow(sent);
  assert.match(statusOf(list), /^Draft saved\. It will be published/);
  assert.match(list.text, /Will be published .*March 2, 2027 at 03:45 UTC/);
  const [draft] = await blog.drafts();
  assert.equal(draft?.publish_at, '2027-03-02T03:45:00.000000Z');
  const path = `/drafts/${draft.id}`;
  assert.ok(linksOf(list).includes(path));
  const shown = fieldsOf(await visitor.get(path));
  assert.deepEqual(
    [shown['publish_date'], shown['publish_time'], shown['publish_zone']],
    ['2027-03-02', '03:45', 'UTC'],
  );
  // Other saves leave it as it is.
  await visitor.post(path, { ...shown, content: 'y', do: 'save' });
  assert.equal((await blog.drafts())[0]?.publish_at, draft.publish_at);
  const last = fieldsOf(await visitor.get(path));
  await visitor.post(path, { ...last, do: 'unschedule' });
  assert.deepEqual(
    (await blog.drafts()).map((one) => [one.publish_at, one.content]),
    [[null, 'y']],
  );
});

test('times that clocks skip or show twice are explained', async () => {
  await using blog = await begin();
  for (const [publish_date, code, moment] of [
    ['2027-03-28', 'scheduled-skipped', '2027-03-28T01:30:00.000000Z'],
    ['2027-10-31', 'scheduled-twice', '2027-10-31T00:30:00.000000Z'],
  ] as const) {
    const page = fieldsOf(await blog.visitor.get('/posts/new'));
    const text = { ...page, title: code, content: 'x', do: 'schedule' };
    const when = { publish_date, publish_time: '02:30', publish_zone: 'Europe/Zurich' };
    const sent = await blog.visitor.post('/posts/new', { ...text, ...when });
    assert.equal(sent.location, `/drafts?done=${code}`);
    const found = (await blog.drafts()).find(({ title }) => title === code);
    assert.equal(found?.publish_at, moment);
  }
});

test('a time that is over or none is refused beside its field, and the text stays', async () => {
  await using blog = await begin();
  const page = fieldsOf(await blog.visitor.get('/posts/new'));
  const good = { publish_date: '2027-03-02', publish_time: '09:30', publish_zone: 'UTC' };
  for (const [wrong, field] of [
    [{ publish_date: '' }, 'publish_date'],
    [{ publish_date: '2027-02-30' }, 'publish_date'],
    [{ publish_date: '2027-02-28' }, 'publish_date'],
    [{ publish_time: '9h' }, 'publish_time'],
    [{ publish_zone: 'Bern' }, 'publish_zone'],
    [{ title: '' }, 'title'],
  ] as const) {
    const sent = { ...page, title: 'T', content: 'typed', ...good, ...wrong, do: 'schedule' };
    const refused = await blog.visitor.post('/posts/new', sent);
    assert.equal(refused.status, 422);
    assert.deepEqual(Object.keys(errorsOf(refused)), [field], JSON.stringify(wrong));
    assert.equal(valuesOf(refused)['content'], 'typed');
    assert.match(refused.text, /<details class="later"/);
  }
  assert.deepEqual(await blog.drafts(), []);
});
