import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserRow } from '../../../src/db/schema.ts';
import { transact } from '../../../src/db/transact.ts';
import { addNotice, type Happening } from '../../../src/notices/notices.service.ts';
import { deleteOldNotices, DAYS_KEPT } from '../../../src/notices/reading.service.ts';
import { publishDue } from '../../../src/drafts/schedule/publish-due.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { newDraft } from '../../support/drafts.ts';
import { elementsOf } from '../../support/markup.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';

interface Notice {
  id: number;
  kind: string;
  created_at: string;
  read: boolean;
  url: string;
}
interface Answer {
  notices: Notice[];
  unread: number;
  next: string | null;
  detail?: unknown;
}

let now = Date.now();
const { server, client } = await openBlog({}, {}, { clock: () => now });
const { db } = server.context;
const [ann, bob] = [await client.person('Ann'), await client.person('Bob')];

/** A person with a browser, and what they are told. */
async function someone(role: UserRow['role'] = 'member') {
  const person = await client.person();
  await db.updateTable('users').set({ role }).where('id', '=', person.id).execute();
  const browser = createVisitor(server.url);
  await browser.signIn(person);
  const api = (query = '') =>
    client.api<Answer>('GET', `/api/notices${query}`, { token: person.token });
  const kinds = async () => (await api()).body.notices.map(({ kind }) => kind);
  const read = (json?: object) =>
    client.api<Answer>('POST', '/api/notices/read', { token: person.token, ...(json && { json }) });
  const count = async () => {
    const { text } = await browser.get('/');
    return /<span class="count">([^<]*)</.exec(text)?.[1] ?? '';
  };
  const tell = (notice: Happening) =>
    transact(db, (trx) => addNotice(trx, server.context.clock, { userId: person.id, ...notice }));
  return { ...person, browser, api, kinds, read, count, tell };
}

/** A comment by somebody on a post; its id. */
async function comment(post_id: number, user_id: number): Promise<number> {
  const row = { post_id, user_id, content: 'Yes', html: '<p>Yes</p>', created_at: now * 1000 };
  const { id } = await db
    .insertInto('comments')
    .values(row)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

test('what happened is listed newest first, counted in the head, and read once it is opened', async () => {
  const { browser, api, count, tell, token } = await someone();
  assert.equal(await count(), '');
  assert.match((await browser.get('/notices')).text, /Nothing yet/);
  const { id: postId } = await client.post(token, 'Soup <rota>');
  const commentId = await comment(postId, bob.id);
  await tell({ kind: 'published', postId });
  await tell({ kind: 'comment', actorId: bob.id, postId, commentId });
  assert.equal(await count(), '2');
  const { status, body } = await api();
  assert.equal(status, 200);
  assert.deepEqual(
    body.notices.map(({ kind, read, url, created_at }) => ({
      kind,
      read,
      url,
      dated: created_at.at(-1),
    })),
    [
      {
        kind: 'comment',
        read: false,
        url: `/posts/${postId}?until=${commentId}#comment-${commentId}`,
        dated: 'Z',
      },
      { kind: 'published', read: false, url: `/posts/${postId}`, dated: 'Z' },
    ],
  );
  assert.deepEqual([body.unread, body.next], [2, null]);
  assert.deepEqual(Object.keys(body), ['notices', 'unread', 'next']);
  assert.deepEqual(Object.keys(body.notices[0] ?? {}), ['id', 'kind', 'created_at', 'read', 'url']);

  const page = await browser.get('/notices');
  assert.match(
    page.text,
    /<bdi>Bob<\/bdi> commented on <cite dir="auto">Soup &lt;rota&gt;<\/cite>/,
  );
  assert.match(page.text, /Published at the time you set: <cite/);
  assert.equal(page.text.match(/data-unread/g)?.length, 2);
  assert.equal(await count(), '2', 'a look changes nothing');
  const forms = elementsOf(page.text).filter(({ attributes }) =>
    attributes['action']?.endsWith('/open'),
  );
  const opened = await browser.post(forms[0]?.attributes['action'] ?? '');
  assert.deepEqual(
    [opened.status, opened.location],
    [303, `/posts/${postId}?until=${commentId}#comment-${commentId}`],
  );
  assert.equal(await count(), '1');
  const after = await browser.get('/notices');
  assert.equal(after.text.match(/data-unread/g)?.length, 1);
  assert.ok(
    after.text.includes(
      `<a class="notice-link" href="/posts/${postId}?until=${commentId}#comment-${commentId}"`,
    ),
  );
});

test('all are marked as read up to the newest one that was shown; one alone by its number', async () => {
  const { browser, api, count, tell, read, token } = await someone();
  const { id: postId } = await client.post(token, 'A');
  for (let n = 0; n < 3; n++) await tell({ kind: 'published', postId });
  const page = await browser.get('/notices');
  const upTo = /name="up_to" value="(\d+)"/.exec(page.text)?.[1] ?? '';
  await tell({ kind: 'published', postId });
  const marked = await browser.follow(await browser.post('/notices/read', { up_to: upTo }));
  assert.equal(statusOf(marked), 'All notices are marked as read.');
  assert.deepEqual(
    (await api()).body.notices.map(({ read }) => read),
    [false, true, true, true],
  );
  assert.equal(await count(), '1');
  await tell({ kind: 'published', postId });
  const [newest] = (await api()).body.notices;
  const { body } = await read({ notice_id: newest?.id });
  assert.deepEqual(
    body.notices.map(({ read }) => read),
    [true, false, true, true, true],
  );
  assert.equal((await read()).body.unread, 0);
  assert.equal(await count(), '');
});

test('other people’s notices are neither shown nor marked, and each way in asks who it is', async () => {
  const [one, other] = [await someone(), await someone()];
  const { id: postId } = await client.post(one.token, 'A');
  await one.tell({ kind: 'published', postId });
  const id = (await one.api()).body.notices[0]?.id ?? 0;
  assert.deepEqual((await other.api()).body.notices, []);
  for (const given of [{ notice_id: id }, { up_to: id }, {}]) await other.read(given);
  assert.equal((await other.browser.post(`/notices/${id}/open`)).status, 404);
  await other.browser.post('/notices/read');
  assert.equal((await one.api()).body.unread, 1);
  const nobody = createVisitor(server.url);
  assert.equal((await nobody.get('/notices')).location, '/login?next=%2Fnotices');
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/read'],
  ] as const) {
    const answer = await client.api('GET' === method ? 'GET' : 'POST', `/api/notices${path}`, {});
    assert.equal(answer.status, 401);
  }
  const { cookies } = one.browser;
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
  assert.equal((await client.api('GET', '/api/notices', { headers: { cookie } })).status, 401);
});

test('what is asked in vain or wrongly gets a clear answer', async () => {
  const { api, read, browser } = await someone();
  for (const query of ['?cursor=x', '?limit=0', '?limit=101', '?cursor=1.5']) {
    assert.equal((await api(query)).status, 422, query);
  }
  for (const json of [{ notice_id: 'x' }, { up_to: [] }])
    assert.equal((await read(json)).status, 422);
  for (const json of [
    { notice_id: 1e300 },
    { notice_id: -1 },
    { up_to: -1e300 },
    { notice_id: null },
  ])
    assert.equal((await read(json)).status, 200, JSON.stringify(json));
  for (const upTo of ['', 'x', '99999999999999999999', '-1'])
    assert.equal((await browser.post('/notices/read', { up_to: upTo })).status, 303);
  for (const path of ['/notices/0/open', '/notices/99999999999999999999/open'])
    assert.equal((await browser.post(path)).status, 404);
  assert.equal((await browser.get('/notices?before=x')).status, 422);
});

test('pages hold every notice once', async () => {
  const { api, browser, tell, count, token } = await someone();
  const { id: postId } = await client.post(token, 'A');
  for (let n = 0; n < 101; n++) await tell({ kind: 'published', postId });
  const found: number[] = [];
  for (let next: string | null = ''; next !== null;) {
    const { body }: { body: Answer } = await api(`?limit=40${next && `&cursor=${next}`}`);
    assert.equal(body.unread, 100);
    found.push(...body.notices.map(({ id }) => id));
    next = body.next;
  }
  assert.equal(new Set(found).size, 101);
  assert.deepEqual(
    found,
    found.toSorted((a, b) => b - a),
  );
  assert.equal(await count(), '99+');
  const ids: string[] = [];
  for (let path: string | undefined = '/notices'; path !== undefined;) {
    const { text }: { text: string } = await browser.get(path);
    ids.push(...[...text.matchAll(/\/notices\/(\d+)\/open/g)].map(([, id]) => id ?? ''));
    path = /rel="next" href="([^"]+)"/.exec(text)?.[1];
  }
  assert.deepEqual(ids.map(Number), found);
});

test('a notice of what one may not read any more is neither shown, counted nor opened', async () => {
  const { browser, api, kinds, count, tell } = await someone();
  const post = (title: string) => client.post(ann.token, title);
  const [gone, unpublished, hidden, held, shown] = [
    await post('Gone'),
    await post('Unpublished'),
    await post('Hidden'),
    await post('Held'),
    await post('Shown'),
  ];
  const about = async ({ id: postId }: { id: number }) => {
    const commentId = await comment(postId, bob.id);
    await tell({ kind: 'mention', actorId: bob.id, postId, commentId });
    return commentId;
  };
  await about(gone);
  await about(unpublished);
  const [hiddenOne, heldOne] = [await about(hidden), await about(held)];
  await about(shown);
  assert.equal(await count(), '5');
  const before = (await api()).body.notices;
  await client.api('DELETE', `/api/posts/${gone.id}`, { token: ann.token });
  const unpublish = { state: 'unpublished' } as const;
  await db.updateTable('posts').set(unpublish).where('id', '=', unpublished.id).execute();
  const states = { [hiddenOne]: 'hidden', [heldOne]: 'held' } as const;
  for (const [id, state] of Object.entries(states))
    await db.updateTable('comments').set({ state }).where('id', '=', Number(id)).execute();
  assert.deepEqual(await kinds(), ['mention']);
  assert.equal(await count(), '1');
  assert.equal((await api()).body.unread, 1);
  const { text } = await browser.get('/notices');
  assert.match(text, /Shown/);
  assert.doesNotMatch(text, /Gone|Unpublished|Hidden|Held/);
  for (const { id } of before.slice(1))
    assert.equal((await browser.post(`/notices/${id}/open`)).status, 404);
});

test('a post for members is nothing for an account that is not one any more', async () => {
  const { browser, kinds, count, tell, id } = await someone();
  const json = { title: 'Members', content: 'x', audience: 'members' };
  const { body: post } = await client.api('POST', '/api/posts', { token: ann.token, json });
  const postId = Number(post['id']);
  const commentId = await comment(postId, bob.id);
  await tell({ kind: 'reply', actorId: bob.id, postId, commentId });
  assert.deepEqual([await kinds(), await count()], [['reply'], '1']);
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', id).execute();
  assert.deepEqual([await kinds(), await count()], [[], '']);
  assert.doesNotMatch((await browser.get('/notices')).text, /Members/);
});

test('the end of an account ends what it was told, and what it said is not told any more', async () => {
  const [reader, writer] = [await someone(), await someone()];
  const { id: postId } = await client.post(ann.token, 'A');
  const commentId = await comment(postId, writer.id);
  await reader.tell({ kind: 'mention', actorId: writer.id, postId, commentId });
  await writer.tell({ kind: 'published', postId });
  await client.api('DELETE', `/api/users/${writer.id}`, { token: writer.token });
  assert.deepEqual(await reader.kinds(), []);
  const rows = db.selectFrom('notices').select('id').where('user_id', '=', writer.id);
  assert.deepEqual(await rows.execute(), []);
});

test('editors learn of an account that waits for approval, until it is decided', async () => {
  const [editor, owner, member] = [
    await someone('editor'),
    await someone('owner'),
    await someone(),
  ];
  await changeSetting(server.context, 'registration', 'approval');
  const guest = await client.register();
  await changeSetting(server.context, 'registration', 'open');
  assert.deepEqual([await editor.kinds(), await owner.kinds()], [['waiting'], ['waiting']]);
  assert.deepEqual(await member.kinds(), []);
  assert.equal(await editor.count(), '1');
  const { text } = await editor.browser.get('/notices');
  assert.ok(text.includes(`<bdi>${guest.username}</bdi> waits for approval`));
  assert.equal((await editor.api()).body.notices[0]?.url, '/admin/waiting');
  await editor.browser.post(`/admin/people/${guest.id}/approve`);
  assert.deepEqual([await editor.kinds(), await owner.count()], [[], '']);
  await db.updateTable('users').set({ role: 'member' }).where('id', '=', editor.id).execute();
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', guest.id).execute();
  assert.deepEqual([await editor.kinds(), await owner.kinds()], [[], ['waiting']]);
});

test('the author learns that a draft was published at its time, once', async () => {
  const author = await someone();
  const publish_at = new Date(now + 60_000).toISOString();
  await newDraft(client, author.token, { title: 'Later', content: 'x', publish_at });
  now += 61_000;
  const run = () => publishDue(server.context, new AbortController().signal);
  await Promise.all([run(), run()]);
  assert.deepEqual(await author.kinds(), ['published']);
  assert.match((await author.browser.get('/notices')).text, /<cite dir="auto">Later<\/cite>/);
});

test('old notices are deleted, and the page says when', async () => {
  const { browser, kinds, tell, token } = await someone();
  const { id: postId } = await client.post(token, 'A');
  const begun = now;
  await tell({ kind: 'published', postId });
  now += 10 * 60_000;
  await tell({ kind: 'published', postId });
  const rows = db.selectFrom('notices').select((of) => of.fn.countAll<number>().as('count'));
  const before = (await rows.executeTakeFirstOrThrow()).count;
  now = begun + DAYS_KEPT * 24 * 60 * 60_000 + 60_000;
  assert.ok((await deleteOldNotices(server.context, new AbortController().signal)) < before);
  now = begun;
  assert.deepEqual(await kinds(), ['published']);
  assert.match((await browser.get('/notices')).text, /deleted after 180 days/);
});

test('a notice and a read mark leave the response cache of everybody else alone', async () => {
  const [one, other] = [await someone(), await someone()];
  const { id: postId } = await client.post(one.token, 'A');
  const versions = async () =>
    JSON.stringify(await db.selectFrom('data_versions').selectAll().execute());
  const made = async (who: { browser: typeof one.browser }) => {
    const { text } = await who.browser.get('/?time=1');
    return text;
  };
  await made(one);
  await made(other);
  const before = await versions();
  await one.tell({ kind: 'published', postId });
  assert.match(await made(one), /<span class="count">1</);
  assert.match(await made(one), /<span class="count">1</);
  await one.browser.post('/notices/read');
  assert.doesNotMatch(await made(one), /<span class="count">/);
  assert.equal(await versions(), before);
});

test('another node shows the count at once, also on pages that it had cached', async () => {
  const { tell, token, browser, ...person } = await someone();
  const { id: postId } = await client.post(token, 'A');
  const { database } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  await using node = await startServer({ DATABASE_URL: same });
  const there = createVisitor(node.url);
  await there.signIn(person);
  const count = async () => /<span class="count">([^<]*)</.exec((await there.get('/')).text)?.[1];
  assert.deepEqual([await count(), await count()], [undefined, undefined]);
  await tell({ kind: 'published', postId });
  assert.deepEqual([await count(), await count()], ['1', '1']);
  await browser.post('/notices/read');
  assert.equal(await count(), undefined);
});
