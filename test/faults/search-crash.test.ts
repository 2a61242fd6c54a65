import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, type Page, type Person } from '../support/client.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { startDoomed } from '../support/processes/doomed.ts';
import { indexOf } from '../support/databases/post-index.ts';
import { newPlace, type Place, stop } from '../support/processes/trouble.ts';

/** Where the server is killed. Until the commit everything is as before. */
const STEPS = {
  POST: [/into post_index /, /^commit$/],
  PATCH: [/^update "posts"/, /into post_index /, /^commit$/],
  DELETE: [/^delete from "posts"/],
} as const;

const model = await newPlace({ after });
let ann: Person;
let id: number;
let index: unknown[];

describe('a server killed in the middle leaves an index of exactly the posts that there are', () => {
  before(async () => {
    const server = await model.start();
    ann = await server.person();
    ({ id } = await server.post(ann.token, 'A title', 'one word'));
    await stop(server);
    index = await indexIn(model);
  });

  for (const [method, steps] of Object.entries(STEPS)) {
    for (const at of steps) {
      test(`${method}, before ${at.source}`, async (t) => {
        const { place, service, url } = await startDoomed(t, model, at);
        const path = method === 'POST' ? '/api/posts' : `/api/posts/${id}`;
        const json = { title: 'Another', content: 'two words' };
        const sent = { token: ann.token, ...(method !== 'DELETE' && { json }) };
        await assert.rejects(createClient(url).api(method, path, sent));
        assert.equal((await service.ended).signal, 'SIGKILL');
        assert.deepEqual(await indexIn(place), index);

        const restarted = await place.start();
        const find = (q: string) => restarted.api<Page>('GET', `/api/search?q=${q}`);
        assert.equal((await find('one')).body.posts.length, 1);
        assert.equal((await find('two')).body.posts.length, 0);
        await stop(restarted);
      });
    }
  }
});

async function indexIn({ dataDir }: Place): Promise<unknown[]> {
  const { db } = await openLedger(dataDir);
  const all = await indexOf(db);
  await db.destroy();
  return all;
}
