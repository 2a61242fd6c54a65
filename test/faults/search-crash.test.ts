import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../src/context.ts';
import { renderMissingTexts } from '../../src/posts/writing/texts.service.ts';
import { createClient, type Page, type Person, type Post } from '../support/client.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { startDoomed } from '../support/processes/doomed.ts';
import { indexOf } from '../support/databases/post-index.ts';
import { newPlace, type Place, type Running, stop } from '../support/processes/trouble.ts';
import { serveHere } from '../support/server.ts';

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

        {
          await using restarted = await serveHere(place);
          const find = (q: string) => restarted.api<Page>('GET', `/api/search?q=${q}`);
          assert.equal((await find('one')).body.posts.length, 1);
          assert.equal((await find('two')).body.posts.length, 0);
        }
        assert.deepEqual(await rebuiltIn(place), index);
      });
    }
  }
});

const WRITERS = 4;
const KILLS = 3;

test('an index of a server killed again and again under writers is the one that its posts make', async (t) => {
  const place = await newPlace(t);
  let server = await place.start();
  const people = await Promise.all(Array.from({ length: WRITERS }, () => server.person()));
  for (let kill = 0; kill < KILLS; kill++) {
    if (kill > 0) server = await place.start();
    let answers = 0;
    const enough = Promise.withResolvers<void>();
    const writers = people.map((person) =>
      write(server, person, () => {
        if (++answers === 30 * WRITERS) enough.resolve();
      }),
    );
    const ended = Promise.allSettled(writers);
    await Promise.race([enough.promise, Promise.all(writers)]);
    // Anywhere in what they write next.
    await sleep(Math.random() * 20);
    server.service.kill('SIGKILL');
    await server.service.ended;
    for (const one of await ended) {
      assert.ok(
        one.status === 'rejected' && !(one.reason instanceof assert.AssertionError),
        one.status,
      );
    }

    const found = await indexIn(place);
    assert.ok(found.length > 0);
    assert.deepEqual(found, await rebuiltIn(place));
  }
});

/** Writes, changes and deletes posts until the server is gone; of three, one is left. */
async function write({ api, post }: Running, { token }: Person, onAnswer: () => void) {
  for (let nth = 0; ; nth++) {
    const { id } = await post(token, `Title ${nth}`, 'some words, and a table of them');
    onAnswer();
    const json = { title: `Another ${nth}`, content: 'other words\n\nand fewer' };
    const changed = await api<Post>('PATCH', `/api/posts/${id}`, { token, json });
    assert.equal(changed.status, 200, changed.text);
    onAnswer();
    if (nth % 3 === 0) continue;
    const deleted = await api('DELETE', `/api/posts/${id}`, { token });
    assert.equal(deleted.status, 204, deleted.text);
    onAnswer();
  }
}

async function indexIn({ dataDir }: Place): Promise<unknown[]> {
  const { db } = await openLedger(dataDir);
  const all = await indexOf(db);
  await db.destroy();
  return all;
}

/** Makes the index again from the posts, and returns it. */
async function rebuiltIn({ dataDir }: Place): Promise<unknown[]> {
  const ledger = await openLedger(dataDir);
  await ledger.db.deleteFrom('post_index').execute();
  await ledger.db.updateTable('post_texts').set({ indexed: 0 }).execute();
  await renderMissingTexts(ledger as unknown as Context, new AbortController().signal);
  const all = await indexOf(ledger.db);
  await ledger.db.destroy();
  return all;
}
