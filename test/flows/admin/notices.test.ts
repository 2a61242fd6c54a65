import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteOldNotices, DAYS_KEPT } from '../../../src/notices/reading.service.ts';
import { publishDue } from '../../../src/drafts/schedule/publish-due.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { newDraft } from '../../support/drafts.ts';
import { elementsOf } from '../../support/markup.ts';
import { statusOf } from '../../support/visitor.ts';
import { type Answer, openNotifiedBlog } from '../../support/flows/notices.ts';

const { server, client, db, time, someone, comment } = await openNotifiedBlog();
const bob = await client.person('Bob');

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
  const publish_at = new Date(time.now + 60_000).toISOString();
  await newDraft(client, author.token, { title: 'Later', content: 'x', publish_at });
  time.now += 61_000;
  const run = () => publishDue(server.context, new AbortController().signal);
  await Promise.all([run(), run()]);
  assert.deepEqual(await author.kinds(), ['published']);
  assert.match((await author.browser.get('/notices')).text, /<cite dir="auto">Later<\/cite>/);
});

test('old notices are deleted, and the page says when', async () => {
  const { browser, kinds, tell, token } = await someone();
  const { id: postId } = await client.post(token, 'A');
  const begun = time.now;
  await tell({ kind: 'published', postId });
  time.now += 10 * 60_000;
  await tell({ kind: 'published', postId });
  const rows = db.selectFrom('notices').select((of) => of.fn.countAll<number>().as('count'));
  const before = (await rows.executeTakeFirstOrThrow()).count;
  time.now = begun + DAYS_KEPT * 24 * 60 * 60_000 + 60_000;
  assert.ok((await deleteOldNotices(server.context, new AbortController().signal)) < before);
  time.now = begun;
  assert.deepEqual(await kinds(), ['published']);
  assert.match((await browser.get('/notices')).text, /deleted after 180 days/);
});
