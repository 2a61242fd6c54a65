import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openBlog, type Someone } from '../../support/blog.ts';
import { assertError, createClient } from '../../support/client.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, errorsOf, statusOf } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;

const people: Record<string, Someone> = {};
before(async () => {
  people['Ada'] = await someone('member', 'Ada');
  people['Rita'] = await someone('reader', 'Rita');
  people['Edgar'] = await someone('editor', 'Edgar');
  people['Olga'] = await someone('owner', 'Olga');
});
const of = (name: string) => people[name] as Someone;

const report = (path: string, name: string, reason?: unknown) =>
  client.api<{ detail: unknown }>('POST', path, {
    token: of(name).person.token,
    json: reason === undefined ? {} : { reason },
  });
const openReports = () =>
  db.selectFrom('reports').selectAll().where('closed_at', 'is', null).orderBy('id').execute();
const noticesOf = (name: string) =>
  db
    .selectFrom('notices')
    .select(['kind', 'post_id', 'comment_id'])
    .where('user_id', '=', of(name).person.id)
    .where('kind', '=', 'report')
    .execute();

test('a report is kept once for each person, hides nothing, and is told to the editors once', async () => {
  const { id } = await client.post(of('Ada').person.token, 'Buy this', 'Cheap!');
  assert.equal((await report(`/api/posts/${id}/report`, 'Rita', 'Advertising')).status, 204);
  assert.equal((await report(`/api/posts/${id}/report`, 'Rita', 'Really')).status, 204);
  assert.equal((await report(`/api/posts/${id}/report`, 'Olga', 'I agree')).status, 204);
  assert.deepEqual(
    (await openReports()).map(({ post_id, user_id, reason }) => [post_id, user_id, reason]),
    [
      [id, of('Rita').person.id, 'Really'],
      [id, of('Olga').person.id, 'I agree'],
    ],
  );
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
  for (const name of ['Edgar', 'Olga']) assert.equal((await noticesOf(name)).length, 1, name);
  assert.deepEqual(await noticesOf('Ada'), []);

  const page = await of('Edgar').browser.get('/admin/reports');
  assert.match(page.text, /Buy this.*<q dir="auto">Really<\/q>.*Rita.*I agree.*Olga/s);
  assert.equal((await of('Ada').browser.get('/admin/reports')).status, 403);
  for (const path of [`/posts/${id}`, '/admin/log']) {
    const { text } = await of('Ada').browser.get(path);
    assert.doesNotMatch(text, /Rita|Really/, 'only editors see who reports');
  }
});

test('what cannot be reported: nothing to say, too much, an unknown or unreadable post, by nobody', async () => {
  const { id } = await client.post(of('Ada').person.token);
  const path = `/api/posts/${id}/report`;
  for (const reason of [undefined, '', 'x'.repeat(501), 5]) {
    assert.equal((await report(path, 'Rita', reason)).status, 422, String(reason));
  }
  assert.equal((await report(path, 'Rita', '🎈'.repeat(500))).status, 204);
  assert.equal((await report('/api/posts/424242/report', 'Rita', 'x')).status, 404);
  assert.equal((await report('/api/comments/424242/report', 'Rita', 'x')).status, 404);
  assert.equal((await client.api('POST', path, { json: { reason: 'x' } })).status, 401);
  await of('Edgar').browser.post(`/posts/${id}/moderate/hide`, { reason: 'Gone' });
  assert.equal((await report(path, 'Rita', 'x')).status, 404);
});

test('a form reports, keeps what was typed, and comes back to the post', async () => {
  const { id } = await client.post(of('Ada').person.token, 'By form');
  const { browser } = of('Rita');
  assert.match((await browser.get(`/posts/${id}`)).text, new RegExp(`href="/posts/${id}/report"`));
  assert.doesNotMatch((await of('Ada').browser.get(`/posts/${id}`)).text, /\/report"/);
  assert.match((await browser.get(`/posts/${id}/report`)).text, /By form/);
  const long = await browser.post(`/posts/${id}/report`, { reason: 'y'.repeat(501) });
  assert.equal(long.status, 422);
  assert.match(errorsOf(long)['reason'] ?? '', /at most 500/);
  assert.match(long.text, /y{501}/);
  const sent = await browser.post(`/posts/${id}/report`, { reason: 'Rude' });
  assert.equal(statusOf(await browser.follow(sent)), 'Thank you. An editor will look at it.');
  const away = await createVisitor(server.url).get(`/posts/${id}/report`);
  assert.equal(away.location, `/login?next=%2Fposts%2F${id}%2Freport`);
});

test('hiding or closing settles all reports of a post, on either page', async () => {
  const { browser } = of('Edgar');
  const make = async () => {
    const { id } = await client.post(of('Ada').person.token, 'Reported');
    for (const name of ['Rita', 'Olga']) await report(`/api/posts/${id}/report`, name, 'Bad');
    const [one] = (await openReports()).filter(({ post_id }) => post_id === id);
    return { id, report: one?.id ?? 0 };
  };
  const outcomes = async (id: number) => {
    const rows = await db
      .selectFrom('reports')
      .select(['outcome', 'closed_by'])
      .where('post_id', '=', id)
      .execute();
    return rows.map(({ outcome, closed_by }) => [outcome, closed_by === of('Edgar').person.id]);
  };
  const first = await make();
  const without = await browser.post(`/admin/reports/${first.report}/hide`, {});
  assert.equal(without.status, 422);
  const hidden = await browser.post(`/admin/reports/${first.report}/hide`, { reason: 'Spam' });
  assert.equal(hidden.status, 303);
  assert.equal((await client.api('GET', `/api/posts/${first.id}`)).status, 404);
  assert.deepEqual(await outcomes(first.id), [
    ['hidden', true],
    ['hidden', true],
  ]);
  const second = await make();
  const closed = await browser.post(`/admin/reports/${second.report}/close`, {});
  assert.equal(statusOf(await browser.follow(closed)), 'The report is closed.');
  assert.deepEqual((await outcomes(second.id))[0], ['closed', true]);
  assert.match((await browser.get('/admin/log')).text, /report closed/);
  const third = await make();
  await browser.post(`/posts/${third.id}/moderate/hide`, { reason: 'Spam' });
  assert.deepEqual((await outcomes(third.id))[0], ['hidden', true]);
  const fourth = await make();
  await browser.post(`/posts/${fourth.id}/moderate/delete`, { reason: 'Spam' });
  assert.deepEqual(await outcomes(fourth.id), []);
});

test('the one who deletes the account takes their reports along', async () => {
  const { person } = await someone('member', 'Leo');
  people['Leo'] = { person, browser: of('Rita').browser };
  const { id } = await client.post(of('Ada').person.token);
  await report(`/api/posts/${id}/report`, 'Leo', 'Bad');
  await client.api('DELETE', `/api/users/${person.id}`, { token: person.token });
  assert.ok((await openReports()).every(({ user_id }) => user_id !== person.id));
});

test('comments are reported like posts', async () => {
  const { id: post } = await client.post(of('Ada').person.token, 'Discussed');
  const { body: comment } = await client.api<{ id: number }>(
    'POST',
    `/api/posts/${post}/comments`,
    {
      token: of('Ada').person.token,
      json: { content: 'A *rude* word' },
    },
  );
  assert.equal((await report(`/api/comments/${comment.id}/report`, 'Rita', 'Rude')).status, 204);
  const page = await of('Edgar').browser.get('/admin/reports');
  assert.match(
    page.text,
    /Comment on .*Discussed.*<blockquote class="prose answered"><p dir="auto">A <em>rude<\/em> word/s,
  );
  assert.deepEqual(
    { ...(await noticesOf('Edgar')).at(-1) },
    {
      kind: 'report',
      post_id: post,
      comment_id: comment.id,
    },
  );
  const told = await of('Edgar').browser.get('/notices');
  assert.match(told.text, /Rita<\/bdi> reported a comment on <cite dir="auto">Discussed</);
});

test('editors do the same over /api/admin, and nobody else does', async () => {
  const { id } = await client.post(of('Ada').person.token, 'Over the API');
  await report(`/api/posts/${id}/report`, 'Rita', 'Bad');
  const call = (name: string, method: string, path: string, json?: object) =>
    client.api<{ reports: { post_id: number; reporter: string; reason: string }[] }>(method, path, {
      token: of(name).person.token,
      ...(json && { json }),
    });
  const hide = `/api/admin/posts/${id}/hide`;
  for (const name of ['Ada', 'Rita']) {
    assert.equal((await call(name, 'GET', '/api/admin/reports')).status, 403);
    assert.equal((await call(name, 'POST', hide, { reason: 'x' })).status, 403);
  }
  const listed = (await call('Edgar', 'GET', '/api/admin/reports')).body.reports.at(-1);
  assert.deepEqual(
    [listed?.post_id, listed?.reporter, listed?.reason],
    [id, of('Rita').person.username, 'Bad'],
  );
  assert.equal((await call('Edgar', 'POST', hide, {})).status, 422);
  assert.equal((await call('Edgar', 'POST', hide, { reason: 'Spam' })).status, 204);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 404);
  assert.equal((await call('Edgar', 'POST', hide, { reason: 'Spam' })).status, 400);
  assert.ok((await openReports()).every(({ post_id }) => post_id !== id));
  assert.equal((await call('Olga', 'POST', `/api/admin/posts/${id}/restore`)).status, 204);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
});

test('thirty reports an hour are taken from one person', async () => {
  await using limited = await startServer({ RATE_LIMITS: 'on' });
  const other = createClient(limited.url);
  const [{ token }, reporter] = [await other.person(), await other.person()];
  const { id } = await other.post(token);
  const sent = { token: reporter.token, json: { reason: 'Spam' } };
  const ask = () => other.api('POST', `/api/posts/${id}/report`, sent);
  for (let time = 0; time < 30; time++) assert.equal((await ask()).status, 204, `report ${time}`);
  assertError(await ask(), 429, 'Too many requests');
});
