import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Client } from '../../support/client.ts';
import { indexOf } from '../../support/databases/post-index.ts';
import { openLedger } from '../../support/pictures/ledger.ts';
import { newPlace, type Place, type Running, stop } from '../../support/processes/trouble.ts';
import { serveHere } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const SECRET = { SECRET_KEY: 'the same before and after' };

const SEARCHES = [
  'word',
  'word -soup',
  'soup onion',
  '"onion soup"',
  '"soup onion"',
  'oni*',
  'in:title soup',
  'by:ann',
  'by:bob word',
  'tag:cooking',
  'tag:c++ -tag:cooking',
  'strasse',
  'クラブ',
  '喝汤',
  'secret',
  'gone',
  'earlier',
  'later',
];

/** Posts with words, tags and readers of all kinds; some changed, hidden from strangers, or deleted. */
async function fill(server: Running): Promise<{ token: string }> {
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  const write = async ({ token }: { token: string }, json: object) => {
    const answer = await server.api<{ id: number }>('POST', '/api/posts', { token, json });
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  };
  await write(ann, { title: 'Onion soup', content: 'One word', tags: ['Cooking'] });
  await write(bob, { title: 'Straße', content: 'Soup, onion, word', tags: ['C++', 'Cooking'] });
  await write(bob, { title: 'クラブ活動', content: '我喜欢喝汤。 A *word*', format: 'markdown' });
  await write(ann, { title: 'Secret', content: 'A secret word', audience: 'members' });
  const gone = await write(ann, { title: 'Gone', content: 'A word that is gone' });
  const changed = await write(ann, { title: 'Earlier', content: 'word', tags: ['C++'] });
  await server.api('DELETE', `/api/posts/${gone}`, { token: ann.token });
  const json = { title: 'Later', content: 'Another word', tags: ['Baking'] };
  await server.api('PATCH', `/api/posts/${changed}`, { token: ann.token, json });
  return ann;
}

/** What strangers and members find. */
async function answers(
  { api }: Pick<Client, 'api'>,
  token: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const q of SEARCHES) {
    const path = `/api/search?q=${encodeURIComponent(q)}`;
    for (const [who, sent] of Object.entries({ stranger: {}, member: { token } })) {
      const answer = await api('GET', path, sent);
      assert.equal(answer.status, 200, answer.text);
      found[`${q}, by a ${who}`] = answer.text;
    }
  }
  return found;
}

async function indexIn({ dataDir }: Place): Promise<unknown[]> {
  const { db } = await openLedger(dataDir);
  const all = await indexOf(db);
  await db.destroy();
  return all;
}

test('a restored blog finds what the saved one found, by an index of the same rows', async (t) => {
  const place = await newPlace(t);
  const server = await place.start(SECRET);
  const ann = await fill(server);
  const before = await answers(server, ann.token);
  await stop(server);
  const index = await indexIn(place);
  assert.ok(index.length > 0);
  const file = join(place.folder, 'backup.tar');
  const made = await place.run(['backup', file], SECRET);
  assert.equal(made.code, 0, made.output);

  const other = await newPlace(t);
  const restored = await other.run(['restore', file], SECRET);
  assert.equal(restored.code, 0, restored.output);
  assert.deepEqual(await indexIn(other), [], 'the index is not in the archive');
  const again = await serveHere(other, SECRET);
  const { body } = await again.login('p2@example.com', 'password of 2');
  await until('an index of all posts', async () => {
    const all = await answers(again, body.access_token);
    const last = 'by:ann, by a member';
    return all[last] === before[last] || undefined;
  });
  assert.deepEqual(await answers(again, body.access_token), before);
  await again.stop();
  assert.deepEqual(await indexIn(other), index);
});
