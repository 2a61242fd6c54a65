import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { type User } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { watchSteps } from '../../support/steps.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
await client.post(ann.token, 'A title');
const signedIn = createVisitor(server.url);
await signedIn.signIn(ann);
const cookie = [...signedIn.cookies].map(([name, value]) => `${name}=${value}`).join();
const { body } = await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, {
  token: ann.token,
  body: fileBody(await photo({ width: 400, height: 300 })),
  headers: MULTIPART,
});
const picture = body.image_path;

async function get(path: string, headers: Record<string, string>) {
  const answer = await fetch(server.url + path, { headers });
  const lines = [...answer.headers].filter(([name]) => name !== 'date');
  const body = Buffer.from(await answer.arrayBuffer()).toString('base64');
  return { status: answer.status, lines, body };
}

/** What the cache itself asks for: the versions of the data, and whether its reader has new notices. */
const ASKED = /from data_versions|from "?notices"?/;

/** The same answer from the cache; timed jobs may interfere, so it may take a few tries. */
async function getCached(path: string, headers: Record<string, string>) {
  for (let time = 0; time < 10; time++) {
    let steps = 0;
    const stop = await watchSteps((step) => {
      if (!ASKED.test(step)) steps++;
    });
    const answer = await get(path, headers);
    stop();
    if (steps === 0) return answer;
  }
  return assert.fail(`${path} is not cached`);
}

/** Every route whose answers are cached. */
const PATHS = () => [
  '/',
  '/posts',
  '/posts/1?done=updated',
  `/users/${ann.id}/posts`,
  '/api/posts?limit=1',
  '/api/posts/1',
  `/api/users/${ann.id}`,
  `/api/users/${ann.id}/posts`,
  picture,
];

const SENDERS: Record<string, () => Record<string, string>> = {
  nobody: () => ({}),
  'somebody with a token': () => ({ authorization: `Bearer ${ann.token}` }),
  'somebody signed in': () => ({ cookie }),
  'somebody who accepts no compressed pages': () => ({ 'accept-encoding': 'identity' }),
};

for (const [who, headersOf] of Object.entries(SENDERS)) {
  test(`to ${who}, a cached response equals the first one, with every header`, async () => {
    for (const path of PATHS()) {
      const headers = headersOf();
      // Nothing that was cached before this is sent any more.
      await client.post(ann.token);
      const fresh = await get(path, headers);
      assert.equal(fresh.status, 200, path);
      assert.deepEqual(await getCached(path, headers), fresh, path);

      const etag = fresh.lines.find(([name]) => name === 'etag')?.[1];
      if (etag === undefined) continue;
      const asking = { ...headers, 'if-none-match': etag };
      await client.post(ann.token);
      // One more post changes lists; a post, a person and a picture stay the same.
      const unchanged = await get(path, asking);
      if (unchanged.status === 304)
        assert.deepEqual(await getCached(path, asking), unchanged, path);
    }
  });
}
