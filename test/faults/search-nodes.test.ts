import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../support/client.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { indexedPosts } from '../support/databases/post-index.ts';
import { newPlace, stop } from '../support/processes/trouble.ts';

const ROUNDS = 6;

test('of two servers, each finds at once what the other has written, and never what it has deleted', async (t) => {
  const place = await newPlace(t);
  const [first, second] = await Promise.all([place.start(), place.start()]);
  const { token } = await first.person();
  const kept: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [writer, other] = round % 2 === 0 ? [first, second] : [second, first];
    const word = `word${round}`;
    const find = async () => {
      const { body } = await other.api<Page>('GET', `/api/search?q=${word}`);
      return body.posts.map(({ id }) => id);
    };
    const [post, gone] = [await writer.post(token, 'A', word), await writer.post(token, 'B', word)];
    assert.deepEqual(await find(), [gone.id, post.id]);
    const both = [writer, other].map(({ api }) =>
      api('PATCH', `/api/posts/${post.id}`, { token, json: { content: `${word} again` } }),
    );
    const answers = await Promise.all([
      ...both,
      writer.api('DELETE', `/api/posts/${gone.id}`, { token }),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 204],
    );
    assert.deepEqual(await find(), [post.id]);
    kept.push(post.id);
  }
  await Promise.all([stop(first), stop(second)]);
  const { db } = await openLedger(place.dataDir);
  assert.deepEqual(await indexedPosts(db), kept);
  await db.destroy();
});
