import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { watchSteps } from '../../support/steps.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person();
for (let n = 0; n < 12; n++) await client.post(ann.token);
// By several people, some of them about a paragraph.
const people = [ann, await client.person(), await client.person()];
await server.context.db
  .insertInto('comments')
  .values(
    Array.from({ length: 50 }, (_, n) => ({
      post_id: 2,
      user_id: people[n % 3]?.id ?? null,
      anchor: n % 2 === 0 ? '1.0123456789ab' : null,
      content: 'x',
      html: '<p>x</p>',
      created_at: n,
    })),
  )
  .execute();
const browser = createVisitor(server.url);
await browser.signIn(ann);
const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join();

/** How many statements a request for a page takes. */
function statementsFor(path: string, headers: Record<string, string> = {}): Promise<number> {
  return leastFor(async (time) => {
    // Another address each time, so that no response is cached.
    const address = `${path}${path.includes('?') ? '&' : '?'}time=${time}`;
    assert.equal((await client.api('GET', address, { headers })).status, 200);
  });
}

/** How many statements something takes: the least of several times, because timed jobs run statements too. */
async function leastFor(request: (time: number) => Promise<void>): Promise<number> {
  const counts: number[] = [];
  for (let time = 0; time < 5; time++) {
    let count = 0;
    const stop = await watchSteps((step) => {
      // PostgreSQL is asked separately whether cached responses are still valid.
      if (step.includes('from data_versions')) return;
      if (/^(?:select|insert|update|delete|with|begin)\b/.test(step.trimStart())) count++;
    });
    await request(time);
    stop();
    counts.push(count);
  }
  return Math.min(...counts);
}

/** Anonymous requests. */
const AT_MOST: Record<string, number> = {
  // The posts, and those that are pinned.
  '/': 2,
  '/?skip=10': 1,
  '/?skip=100': 2,
  // The post, the one before it and the one after it; how many comments this post has.
  '/posts/1': 4,
  // And the comments, and which paragraphs they are about, however many they are.
  '/posts/2': 6,
  // Their posts, and what they say about themselves.
  '/users/1/posts': 3,
  '/people': 1,
  '/archive': 1,
  // The person, the months of the blog, and how many posts of theirs each has.
  '/users/1/archive': 3,
  '/login': 0,
  '/api/posts': 1,
  '/api/posts?cursor=zzzzzzzzzzz.1': 1,
  '/api/posts/1': 1,
  '/api/users/1': 1,
  '/api/users/1/posts': 2,
};

for (const [path, most] of Object.entries(AT_MOST)) {
  test(`${path} takes ${most} statements at most`, async () => {
    const count = await statementsFor(path);
    assert.ok(count <= most, `${count}`);
  });
}

/** Requests of a signed-in user: one statement for the session, one for whether there are drafts, one for notices. */
const SIGNED_IN_AT_MOST: Record<string, number> = {
  // The posts, and those that are pinned.
  '/': 5,
  '/?skip=10': 4,
  // And the comments, of which some people see more than are counted.
  '/posts/1': 8,
  '/users/1/posts': 6,
  '/people': 4,
  // And the blog's time zone, and its tags.
  '/posts/new': 6,
};

for (const [path, most] of Object.entries(SIGNED_IN_AT_MOST)) {
  test(`${path} takes ${most} statements at most of somebody signed in`, async () => {
    const count = await statementsFor(path, { cookie });
    assert.ok(count > 0 && count <= most, `${count}`);
  });
}

test('a new post without tags and pictures looks for none', async () => {
  const count = await leastFor(async () => void (await client.post(ann.token)));
  assert.ok(count > 0 && count <= 8, `${count}`);
});

test('a save of a draft without pictures reads it once and looks for no pictures', async () => {
  const made = await client.api('POST', '/api/drafts', {
    token: ann.token,
    json: { content: 'x' },
  });
  const { id } = made.body as { id: number };
  const count = await leastFor(async (time) => {
    const headers = { 'if-match': `"${time + 1}"` };
    const json = { title: 'x', content: `x${time}` };
    const saved = await client.api('PUT', `/api/drafts/${id}`, { token: ann.token, headers, json });
    assert.equal(saved.status, 200);
  });
  assert.ok(count > 0 && count <= 5, `${count}`);
});

test('statements are counted', async () => {
  const seen: string[] = [];
  const stop = await watchSteps((step) => seen.push(step));
  await client.login('somebody@example.com', 'a password');
  stop();
  assert.ok(seen.some((step) => step.startsWith('select * from "users"')));
});
