import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';

const { client, someone } = await openBlog();
const { person: ann, browser } = await someone('editor');
const { token } = ann;
const readers = await Promise.all(Array.from({ length: 8 }, () => client.person()));

/** What is about a post, and the statuses that it may have. */
const ABOUT: Record<string, { ask: (id: number, n: number) => Promise<number>; made: number }> = {
  'a comment': {
    ask: async (id, n) => {
      const sent = { token: readers[n]?.token ?? '', json: { content: `Comment ${n}` } };
      return (await client.api('POST', `/api/posts/${id}/comments`, sent)).status;
    },
    made: 201,
  },
  'a draft': {
    ask: async (post_id) =>
      (await client.api('POST', '/api/drafts', { token, json: { post_id } })).status,
    made: 201,
  },
  'a pin': { ask: async (id) => (await browser.post(`/posts/${id}/pin`)).status, made: 303 },
};

for (const [what, { ask, made }] of Object.entries(ABOUT)) {
  test(`${what} for a post that is deleted at the same time is made before, or a 404`, async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = await client.post(token);
      const first = what === 'a comment' ? readers.map((_, n) => ask(id, n)) : [ask(id, 0)];
      const gone = client.api('DELETE', `/api/posts/${id}`, { token });
      const statuses = await Promise.all([...first, ask(id, 1)]);
      assert.equal((await gone).status, 204);
      const allowed = what === 'a draft' ? [made, 404, 409] : [made, 404];
      for (const status of statuses) assert.ok(allowed.includes(status), statuses.join());
    }
  });
}
