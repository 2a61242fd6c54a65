import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAccount } from '../../../src/auth/viewer.ts';
import { findPostState } from '../../../src/comments/comments.store.ts';
import {
  closeComments,
  hideComment,
  removeComment,
  restoreComment,
} from '../../../src/comments/moderate/moderating.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';
import { openCommentPages, sectionOf } from '../../support/flows/comments.ts';

const { server, client, db, ann, bob, newPost, add, eve, asAnn, asBob, asEve, anyone, pageOf } =
  await openCommentPages();

test('what readers see follows at once from what is written, hidden and removed', async () => {
  const post = await newPost();
  const seen = async (who = anyone) => sectionOf(await pageOf(post, who));
  assert.match(await seen(), /Log in to comment/);
  const { id } = await add(post, 'Buy my pills');
  assert.match(await seen(), /Buy my pills/);
  const reply = await add(post, 'No, thanks', ann.token, id);
  assert.match(await seen(), /No, thanks/);
  // By the author of the post, who cannot restore it.
  const hide = await asAnn.post(`/comments/${id}/hide`, { reason: 'Advertising' });
  assert.match((await asAnn.follow(hide)).text, /Hidden from readers\. The reason: .*Advertising/);
  const without = await seen();
  assert.match(without, /This comment is hidden\..*No, thanks/s);
  assert.doesNotMatch(without, /pills|Advertising|Bob/);
  assert.match(without, /<h2 id="comments-title">1 comment</);
  assert.match(await seen(asBob), /Buy my pills/, 'its author');
  assert.equal((await asAnn.post(`/comments/${id}/restore`)).status, 403);
  await asEve.follow(await asEve.post(`/comments/${id}/restore`));
  assert.match(await seen(), /2 comments.*Buy my pills/s);
  await asEve.follow(await asEve.post(`/comments/${id}/remove`, { reason: 'Advertising' }));
  assert.match(await seen(), /This comment was removed by an editor\..*No, thanks/s);
  assert.doesNotMatch(await seen(asBob), /pills/);
  const log = await db
    .selectFrom('moderation_log')
    .select(['actor_id', 'action', 'user_id', 'comment_id', 'reason'])
    .where('comment_id', '=', id)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    log.map((row) => Object.values(row)),
    [
      [ann.id, 'comment hidden', bob.id, id, 'Advertising'],
      [eve.id, 'comment restored', bob.id, id, ''],
      [eve.id, 'comment removed', bob.id, id, 'Advertising'],
    ],
  );
  const long = await asAnn.post(`/comments/${reply.id}/hide`, { reason: 'x'.repeat(501) });
  assert.match(long.text, /A reason has at most 500 characters/);
});

test('a first comment that waits is marked for its author, and told of once it is approved', async () => {
  await changeSetting(server.context, 'first-comments', 'held');
  const post = await newPost();
  const dan = await client.person();
  const asDan = createVisitor(server.url);
  await asDan.signIn(dan);
  const sent = await asDan.post(`/posts/${post.id}/comments`, { content: 'My first, @Bob' });
  assert.match(statusOf(await asDan.follow(sent)), /Your comment waits for an editor/);
  assert.match(await pageOf(post, asDan), /Waiting for an editor.*My first/s);
  assert.doesNotMatch(await pageOf(post), /My first/);
  assert.doesNotMatch(await pageOf(post, asAnn), /My first/);
  const notices = () =>
    db
      .selectFrom('notices')
      .select(['user_id', 'kind'])
      .where('post_id', '=', post.id)
      .orderBy('user_id')
      .execute();
  // Editors learn of it, and nobody else.
  const waits = [eve.id, 'waiting'];
  assert.deepEqual(
    (await notices()).map((row) => Object.values(row)),
    [waits],
  );
  const forEditors = await pageOf(post, asEve);
  const id = /comments\/(\d+)\/restore"><button>Approve/.exec(forEditors)?.[1];
  await asEve.follow(await asEve.post(`/comments/${id}/restore`));
  assert.match(await pageOf(post), /My first/);
  assert.deepEqual(
    (await notices()).map((row) => Object.values(row)),
    [[ann.id, 'comment'], [bob.id, 'mention'], waits],
  );
  await changeSetting(server.context, 'first-comments', '');
});

test('a post is closed and opened by its author', async () => {
  const post = await newPost();
  await add(post, 'before');
  const close = (closed: string, who = asAnn) =>
    who.post(`/posts/${post.id}/comments/close`, { closed });
  assert.equal((await close('yes', asEve)).status, 403);
  const closed = await asAnn.follow(await close('yes'));
  assert.equal(statusOf(closed), 'Comments on this post are closed.');
  assert.match(sectionOf(await pageOf(post)), /before.*Comments are closed\./s);
  // What is there can still be reported, by others.
  assert.match(sectionOf(await pageOf(post, asEve)), /\/report"/);
  assert.doesNotMatch(sectionOf(await pageOf(post, asBob)), /\/report"/);
  assert.doesNotMatch(sectionOf(await pageOf(post)), /\/report"/);
  assert.doesNotMatch(sectionOf(await pageOf(post, asBob)), /<form|Reply/);
  await close('no');
  assert.match(sectionOf(await pageOf(post, asBob)), /<form/);
  await changeSetting(server.context, 'comments', 'off');
  assert.equal(sectionOf(await pageOf(post, asBob)), '');
  await changeSetting(server.context, 'comments', 'on');
});

test('whoever loses the role in this moment hides, restores and removes nothing any more', async () => {
  const { context } = server;
  const post = await newPost();
  const [shown, hidden] = [await add(post, 'Visible'), await add(post, 'Hidden')];
  await asEve.follow(await asEve.post(`/comments/${hidden.id}/hide`, { reason: 'Why' }));
  // As the request found them, before the role or the account ended.
  const asFound = async ({ id }: { id: number }) =>
    (await findAccount(context, id)) ?? assert.fail('no account');
  const [editor, author] = [await asFound(eve), await asFound(ann)];
  const change = (id: number, to: object) => db.updateTable('users').set(to).where('id', '=', id);
  const states = async () =>
    (await db.selectFrom('comments').select(['id', 'state']).orderBy('id').execute())
      .filter(({ id }) => id === shown.id || id === hidden.id)
      .map(({ state }) => state);
  const refused = { status: 403 };

  await change(eve.id, { role: 'member' }).execute();
  await assert.rejects(hideComment(context, editor, shown.id, ''), refused);
  await assert.rejects(removeComment(context, editor, shown.id, ''), refused);
  await assert.rejects(restoreComment(context, editor, hidden.id), refused);
  assert.deepEqual(await states(), ['visible', 'hidden']);
  await change(ann.id, { state: 'suspended' }).execute();
  await assert.rejects(hideComment(context, author, shown.id, ''), refused);
  await assert.rejects(closeComments(context, author, post.id, true), refused);
  assert.deepEqual(await states(), ['visible', 'hidden']);
  assert.equal((await findPostState(db, post.id))?.closed, false);

  await change(eve.id, { role: 'editor' }).execute();
  await change(ann.id, { state: 'active' }).execute();
  await hideComment(context, author, shown.id, '');
  await restoreComment(context, editor, hidden.id);
  assert.deepEqual(await states(), ['hidden', 'visible']);
});
