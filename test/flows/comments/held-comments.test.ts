import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { HELD_PAGE } from '../../../src/comments/held/held.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { commentsOn, newComment } from '../../support/comments.ts';
import { statusOf } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;
const ann = await client.person('Ann');
const { browser: asEdgar, person: edgar } = await someone('editor', 'Edgar');
const { browser: asMia } = await someone('member', 'Mia');
await changeSetting(server.context, 'first-comments', 'held');

const waiting = '/admin/comments';
const page = async (path = waiting) => (await asEdgar.get(path)).text;
/** The first comment of a new account, on a post by Ann. */
async function held(content: string, postId?: number) {
  const { id, token } = await client.person();
  const post = postId ?? (await client.post(ann.token, 'About soup')).id;
  return { userId: id, post, ...(await newComment(client, token, post, { content })) };
}

beforeEach(() => db.deleteFrom('comments').execute());

test('editors see what waits, whole and counted, and others do not', async () => {
  assert.match(await page(), /No comment is waiting for you\./);
  assert.doesNotMatch(await page('/admin'), /comments? waits? for approval/);
  const one = await held('*Hello* <b>');
  assert.match(
    await page(),
    /1 comment waits for you\..*Comment on <a href="\/posts\/\d+\?until=\d+#comment-\d+" dir="auto">About soup<\/a>.*<em>Hello<\/em> &lt;b&gt;/s,
  );
  await held('Second', one.post);
  assert.match(await page(), /2 comments wait for you\..*Hello.*Second/s);
  assert.match(await page('/admin'), /href="\/admin\/comments">2 comments wait for approval</);
  assert.equal((await asMia.get(waiting)).status, 403);
  for (const deed of ['approve', 'delete']) {
    assert.equal((await asMia.post(`${waiting}/${one.id}/${deed}`)).status, 403);
  }
  assert.equal((await commentsOn(client, one.post)).length, 0);
});

test('approving shows it, also when it is clicked twice, and tells once', async () => {
  const { id, post } = await held('My first');
  const approve = () => asEdgar.post(`${waiting}/${id}/approve`);
  const [sent, again] = [await approve(), await approve()];
  assert.deepEqual([sent.status, again.status], [303, 303]);
  const after = await asEdgar.follow(again);
  assert.equal(statusOf(after), 'Approved. Readers see the comment now.');
  assert.match(after.text, /No comment is waiting/);
  assert.equal((await commentsOn(client, post))[0]?.content, 'My first');
  const told = db.selectFrom('notices').select(['user_id', 'kind']);
  const of = await told.where('comment_id', '=', id).where('kind', '=', 'comment').execute();
  assert.deepEqual(
    of.map((row) => ({ ...row })),
    [{ user_id: ann.id, kind: 'comment' }],
  );
  const log = await db
    .selectFrom('moderation_log')
    .select(['actor_id', 'action'])
    .where('comment_id', '=', id)
    .execute();
  assert.deepEqual(
    log.map((row) => ({ ...row })),
    [{ actor_id: edgar.id, action: 'comment approved' }],
  );
});

test('two editors who approve at once both succeed', async () => {
  const { id } = await held('My first');
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => asEdgar.post(`${waiting}/${id}/approve`)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [303, 303, 303, 303],
  );
});

test('deleting takes a reason, which the log has; one that is too long is kept', async () => {
  const { id, userId, post } = await held('Buy pills');
  const path = `${waiting}/${id}/delete`;
  const long = await asEdgar.post(path, { reason: 'y'.repeat(501) });
  assert.equal(long.status, 422);
  assert.match(long.text, /id="reason-\d+-error">A reason has at most 500 characters</);
  assert.match(long.text, /<details class="held-delete" open>.*y{501}<\/textarea>/s);
  const sent = await asEdgar.post(path, { reason: 'Advertising' });
  assert.equal(statusOf(await asEdgar.follow(sent)), 'Comment deleted.');
  const row = await db
    .selectFrom('comments')
    .select(['state', 'content', 'html'])
    .where('id', '=', id)
    .executeTakeFirst();
  assert.deepEqual({ ...row }, { state: 'removed', content: '', html: '' });
  assert.equal((await commentsOn(client, post)).length, 0);
  const entry = await db
    .selectFrom('moderation_log')
    .select(['user_id', 'reason'])
    .where('comment_id', '=', id)
    .executeTakeFirst();
  assert.deepEqual({ ...entry }, { user_id: userId, reason: 'Advertising' });
  assert.equal((await asEdgar.post(`${waiting}/${id}/approve`)).status, 404);
});

test('many have pages, oldest first', async () => {
  const { post } = await held('c0');
  const rows = Array.from({ length: HELD_PAGE * 2 }, (_, n) => ({
    post_id: post,
    user_id: ann.id,
    content: `c${n + 1}`,
    html: `<p>c${n + 1}.</p>`,
    state: 'held' as const,
    created_at: n,
  }));
  await db.insertInto('comments').values(rows).execute();
  const seen: number[] = [];
  let pages = 0;
  for (let path: string | undefined = waiting; path !== undefined; pages += 1) {
    const text = await page(path);
    assert.match(text, /41 comments wait for you/);
    seen.push(...[...text.matchAll(/>c(\d+)\.?</g)].map(([, n]) => Number(n)));
    path = /rel="next" href="([^"]*)"/.exec(text)?.[1];
  }
  assert.equal(pages, 3);
  assert.deepEqual(
    seen,
    Array.from({ length: HELD_PAGE * 2 + 1 }, (_, n) => n),
  );
});

test('what nobody can approve does not wait: on an unpublished post, or a blog without comments', async () => {
  const { post } = await held('My first');
  const state = (value: 'published' | 'unpublished') =>
    db.updateTable('posts').set({ state: value }).where('id', '=', post).execute();
  await state('unpublished');
  assert.match(await page(), /No comment is waiting/);
  await state('published');
  assert.match(await page(), /1 comment waits/);
  await changeSetting(server.context, 'comments', 'off');
  assert.match(await page(), /No comment is waiting/);
  await changeSetting(server.context, 'comments', 'on');
});
