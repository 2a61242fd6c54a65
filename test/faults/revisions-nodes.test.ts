import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Post } from '../support/client.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { verifyPostCounts } from '../support/databases/post-counts.ts';
import { newPlace, stop } from '../support/processes/trouble.ts';
import { until } from '../support/until.ts';
import { createVisitor } from '../support/visitor.ts';

const ROUNDS = 6;

test('two servers that change, unpublish and publish one post: each text is in its history, and what is published is the newest', async (t) => {
  const place = await newPlace(t);
  const servers = await Promise.all([place.start(), place.start()]);
  const [first, second] = servers;
  const ann = await first.person();
  const { token } = ann;
  const browser = createVisitor(second.url);
  await browser.signIn(ann);
  const { id } = await first.post(token, 'Both', 'start');
  const written = ['start'];

  for (let round = 0; round < ROUNDS; round++) {
    const texts = [0, 1, 2, 3].map((n) => `round ${round}, text ${n}`);
    const changes = texts.map(async (content, n) => {
      const { api } = n % 2 === 0 ? first : second;
      const { status } = await api('PATCH', `/api/posts/${id}`, { token, json: { content } });
      // Not found, if it came after the post was unpublished.
      assert.ok(status === 200 || status === 404, `${status}`);
      if (status === 200) written.push(content);
    });
    const unpublished = browser.post(`/posts/${id}/unpublish`);
    await Promise.all(changes);
    assert.equal((await unpublished).status, 303);
    // The other server may answer from its memory for 100 ms.
    for (const { api } of servers) {
      await until('a 404', async () => {
        return (await api('GET', `/api/posts/${id}`)).status === 404 || undefined;
      });
    }

    const draft = await first.api<{ id: number; content: string }>('GET', '/api/drafts', { token });
    const [of] = (draft.body as unknown as { drafts: { id: number; content: string }[] }).drafts;
    const twice = await Promise.all(
      servers.map(({ api }) => api('POST', `/api/drafts/${of?.id}/publish`, { token })),
    );
    assert.ok(twice.some(({ status }) => status === 200));
    assert.ok(twice.every(({ status }) => [200, 404].includes(status)));
    for (const { api } of servers) {
      await until('the published text', async () => {
        const { body } = await api<Post>('GET', `/api/posts/${id}`);
        return body.content === of?.content || undefined;
      });
    }
  }

  const { db } = await openLedger(place.dataDir);
  const rows = await db.selectFrom('revisions').selectAll().orderBy('id').execute();
  const post = await db.selectFrom('posts').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(rows.map(({ content }) => content).toSorted(), written.toSorted());
  assert.equal(rows.at(-1)?.content, post.content);
  assert.equal(await verifyPostCounts(db), 1);
  await db.destroy();
  await Promise.all(servers.map((server) => stop(server)));
});
