import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog, type Someone } from '../../support/blog.ts';
import type { Answer, Person, Post } from '../../support/client.ts';
import { newDraft } from '../../support/drafts.ts';

const { client, server, someone } = await openBlog();

const AT_ONCE = 20;
/** Each writes one post: of one author, one post at a time is counted anyway. */
const authors = await Promise.all(Array.from({ length: AT_ONCE }, () => client.person()));
const TAGS = Array.from({ length: 10 }, (_, n) => `tag ${n}`);

/** Some of the tags: which ones, and their order, depend on both numbers. */
function some(n: number, round: number): string[] {
  const from = (n * 3 + round * 7) % TAGS.length;
  const turned = [...TAGS.slice(from), ...TAGS.slice(0, from)].slice(0, 7);
  return n % 2 === 0 ? turned : turned.toReversed();
}

const write = async ({ token }: Person, tags: string[]) => {
  const json = { title: 'A title', content: 'Some text', tags };
  return client.api<Post>('POST', '/api/posts', { token, json });
};

const statusesOf = (answers: Pick<Answer, 'status'>[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

/** That each tag is counted as often as published posts have it. */
async function verifyCounts(): Promise<void> {
  const { db } = server.context;
  const counts = db.selectFrom('tag_counts').select(['tag_id', 'posts']).where('posts', '>', 0);
  const rows = db
    .selectFrom('post_tags')
    .select(['tag_id', db.fn.countAll<number>().as('posts')])
    .where('state', '=', 'published')
    .groupBy('tag_id');
  assert.deepEqual(
    await counts.orderBy('tag_id').execute(),
    await rows.orderBy('tag_id').execute(),
  );
}

test('posts with the same tags are written, changed and deleted at once', async () => {
  const written = await Promise.all(authors.map((author, n) => write(author, some(n, 0))));
  assert.deepEqual(statusesOf(written), Array(AT_ONCE).fill(201));
  const posts = written.map(({ body }) => body);
  const ask = async (method: string, changed: (n: number) => object | undefined) => {
    const asked = authors.map(({ token }, n) => {
      const json = changed(n);
      return client.api(method, `/api/posts/${posts[n]?.id}`, { token, ...(json && { json }) });
    });
    return statusesOf(await Promise.all(asked));
  };
  const all = (status: number) => Array<number>(AT_ONCE).fill(status);
  for (let round = 1; round <= 3; round++) {
    const audience = round % 2 === 1 ? 'members' : 'everyone';
    const changes: Record<string, (n: number) => object> = {
      tags: (n) => ({ tags: some(n, round) }),
      both: (n) => ({ tags: some(n, round + 5), audience }),
      audience: () => ({ audience: round % 2 === 1 ? 'everyone' : 'members' }),
    };
    for (const [what, change] of Object.entries(changes)) {
      assert.deepEqual(await ask('PATCH', change), all(200), `${what}, round ${round}`);
      await verifyCounts();
    }
  }
  assert.deepEqual(await ask('DELETE', () => undefined), all(204));
  await verifyCounts();
});

test('of tags that get one name at once, one has it, and the others are told', async () => {
  const tags = Array.from({ length: 8 }, (_, n) => `before ${n}`);
  const [author] = authors as [Person];
  for (const tag of tags) assert.equal((await write(author, [tag])).status, 201);
  const editors: Someone[] = [];
  for (const _ of tags) editors.push(await someone('editor'));
  const renamed = editors.map(({ browser }, n) =>
    browser.post(`/tags/before%20${n}/rename`, { name: 'After' }),
  );
  assert.deepEqual(statusesOf(await Promise.all(renamed)), [303, ...Array<number>(7).fill(409)]);
});

test('of changes of one post, and of saves of one draft, at once, each is taken', async () => {
  const [author] = authors as [Person];
  const { token } = author;
  const { body: post } = await write(author, []);
  const draft = await newDraft(client, token, { content: 'begun' });
  const headers = { 'if-match': '*' };
  for (const path of [`/api/posts/${post.id}`, `/api/drafts/${draft.id}`]) {
    const changes = authors.map((_, n) =>
      client.api('PATCH', path, { token, json: { content: `text ${n}` }, headers }),
    );
    assert.deepEqual(statusesOf(await Promise.all(changes)), Array(AT_ONCE).fill(200), path);
  }
  const { db } = server.context;
  const revisions = await db
    .selectFrom('revisions')
    .select('content')
    .where('post_id', '=', post.id)
    .execute();
  assert.equal(new Set(revisions.map(({ content }) => content)).size, AT_ONCE + 1);
});
