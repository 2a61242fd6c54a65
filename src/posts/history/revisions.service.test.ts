import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addUser, temporaryLedger } from '../../../test/support/pictures/ledger.ts';
import type { Context } from '../../context.ts';
import { insertPosts } from '../../import/imports.store.ts';
import { getPostFor } from '../posts.service.ts';
import { newestPublished } from './revisions.service.ts';
import { changePost, createPost, updatePost } from '../writing/writing.service.ts';

async function openBlog(t: TestContext) {
  const ledger = await temporaryLedger(t);
  const { db, time } = ledger;
  const id = await addUser(db);
  const ann = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const revisions = async (postId: number) => {
    const rows = db.selectFrom('revisions').selectAll().where('post_id', '=', postId).orderBy('id');
    return (await rows.execute()).map(({ content, published, created_at, user_id }) => {
      assert.deepEqual([published, user_id], [1, id]);
      return { content, at: created_at };
    });
  };
  return { ctx: ledger as unknown as Context, db, time, ann, revisions };
}

const micros = (ms: number) => ms * 1000;

test('every text that a post is published with is a revision, and what changes nothing is none', async (t) => {
  const { ctx, db, time, ann, revisions } = await openBlog(t);
  const { id } = await createPost(ctx, ann, { title: 'T', content: 'one' });
  const created = micros(time.now);
  time.now += 1000;
  await updatePost(ctx, ann, id, { content: 'two' });
  await updatePost(ctx, ann, id, { content: 'two', title: null });
  assert.deepEqual(await revisions(id), [
    { content: 'one', at: created },
    { content: 'two', at: micros(time.now) },
  ]);
  const newest = await db
    .selectFrom('revisions')
    .select((of) => of.fn.max('id').as('id'))
    .execute();
  assert.equal(await newestPublished(db, id), newest[0]?.id);
});

test('a form that is sent twice makes one revision', async (t) => {
  const { ctx, ann, revisions } = await openBlog(t);
  const given = { title: 'T', content: 'one' };
  const key = '0b54f1fc-6de5-4f5c-8c4e-1d1b1d4d1f11';
  const { id } = await createPost(ctx, ann, given, key);
  assert.equal((await createPost(ctx, ann, given, key)).id, id);
  assert.equal((await revisions(id)).length, 1);
});

test('a post without revisions first gets one of its old text, with the date of that', async (t) => {
  const { ctx, db, time, ann, revisions } = await openBlog(t);
  const imported = { id: 5, user_id: ann.id, title: 'T', content: 'old', date_posted: 7 };
  await insertPosts(db, [imported]);
  assert.deepEqual(await revisions(5), []);
  assert.equal(await newestPublished(db, 5), null);
  await updatePost(ctx, ann, 5, { content: 'new' });
  assert.deepEqual(await revisions(5), [
    { content: 'old', at: 7 },
    { content: 'new', at: micros(time.now) },
  ]);
});

test('a step is part of the transaction: what it throws undoes the post and its revision', async (t) => {
  const { ctx, db, ann, revisions } = await openBlog(t);
  const refuse = async () => {
    throw new Error('refused');
  };
  const given = { title: 'T', content: 'one' };
  await assert.rejects(createPost(ctx, ann, given, null, refuse), /refused/);
  assert.deepEqual(await db.selectFrom('posts').selectAll().execute(), []);
  const { id } = await createPost(ctx, ann, given);
  const find = () => getPostFor(ctx, ann, id, 'update');
  const change = { given: { content: 'two' }, step: refuse };
  await assert.rejects(changePost(ctx, ann, find, change), /refused/);
  assert.equal((await revisions(id)).length, 1);

  const done: number[] = [];
  const note = async (_: unknown, postId: number) => void done.push(postId);
  await changePost(ctx, ann, find, { given: { content: 'one' }, step: note });
  assert.deepEqual(done, [id], 'also when the text is already the same');
  assert.equal((await revisions(id)).length, 1);
});

test('of two changes at once each makes one revision, in the order in which they were published', async (t) => {
  const { ctx, db, ann, revisions } = await openBlog(t);
  const { id } = await createPost(ctx, ann, { title: 'T', content: 'start' });
  const texts = Array.from({ length: 6 }, (_, n) => `text ${n}`);
  await Promise.all(texts.map((content) => updatePost(ctx, ann, id, { content })));
  const found = (await revisions(id)).map(({ content }) => content);
  assert.deepEqual(found.toSorted(), ['start', ...texts]);
  const post = await db.selectFrom('posts').select('content').executeTakeFirstOrThrow();
  assert.equal(found.at(-1), post.content);
});
