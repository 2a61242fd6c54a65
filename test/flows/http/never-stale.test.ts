import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RECENT_MS } from '../../../src/db/data-version.ts';
import {
  createClient,
  type Client,
  type Page,
  type Person,
  type Post,
} from '../../support/client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { createVisitor } from '../../support/visitor.ts';

const WRITERS = 8;
const ROUNDS = 12;
const READERS = 8;

let server: TestServer;
/** Another server with the same database. */
let other: TestServer;
let client: Client;
before(async () => {
  server = await startServer();
  const { database } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  other = await startServer({ DATABASE_URL: same });
  client = createClient(server.url);
});
after(async () => {
  await other.stop();
  await server.stop();
});

/** The last seen text of each post; a reader must never see an older one. */
function createMemory() {
  const seen = new Map<number, number>();
  return ({ id, title }: Pick<Post, 'id' | 'title'>) => {
    const round = Number(/round (\d+)/.exec(title)?.[1] ?? -1);
    assert.ok(round >= (seen.get(id) ?? -1), `post ${id} went back to ${title}`);
    seen.set(id, round);
  };
}

async function write(person: Person): Promise<void> {
  const { api, post } = client;
  const elsewhere = createClient(other.url);
  const out = createVisitor(server.url);
  const signedIn = createVisitor(server.url);
  await signedIn.signIn(person);
  const { id } = await post(person.token, 'round 0');
  for (let round = 1; round <= ROUNDS; round++) {
    const title = `round ${round} of ${person.username}`;
    const json = { title };
    const changed = await api('PATCH', `/api/posts/${id}`, { token: person.token, json });
    assert.equal(changed.status, 200);
    const [single, list, page, own, there] = await Promise.all([
      api<Post>('GET', `/api/posts/${id}`),
      api<Page>('GET', `/api/users/${person.id}/posts`),
      out.get(`/posts/${id}`),
      signedIn.get('/?limit=100'),
      elsewhere.api<Post>('GET', `/api/posts/${id}`, { token: person.token }),
    ]);
    assert.equal(single.body.title, title);
    assert.deepEqual([list.body.posts[0]?.title, list.body.total], [title, 1]);
    for (const { text } of [page, own]) assert.ok(text.includes(`>${title}<`), title);
    assert.ok(own.text.includes(`<bdi>${person.username}</bdi></a></li>`), 'another’s page');
    assert.ok(!page.text.includes('/account'), 'a page of somebody signed in');
    assert.equal(there.body.title, title, 'to its writer on the other server');
  }
  const gone = await api('DELETE', `/api/posts/${id}`, { token: person.token });
  assert.equal(gone.status, 204);
  const [single, list] = await Promise.all([
    api('GET', `/api/posts/${id}`),
    api<Page>('GET', `/api/users/${person.id}/posts`),
  ]);
  assert.deepEqual([single.status, list.body.total], [404, 0]);
}

test('after a write was answered, nobody here, nor its writer elsewhere, sees the state before it', async () => {
  const people = await Promise.all(Array.from({ length: WRITERS }, () => client.person()));
  const written = new AbortController();
  const read = async (base: string) => {
    const { api } = createClient(base);
    const remember = createMemory();
    let reads = 0;
    while (!written.signal.aborted) {
      const { body } = await api<Page>('GET', '/api/posts?limit=100');
      body.posts.forEach(remember);
      reads += 1;
    }
    assert.ok(reads > 10);
  };
  const readers = Array.from({ length: READERS }, (_, i) => read((i % 2 ? server : other).url));
  try {
    await Promise.all(people.map(write));
  } finally {
    written.abort();
    await Promise.all(readers);
  }
});

test('a write here is visible to everybody at another server after the stated time', async () => {
  const { token } = await client.person();
  const { id } = await client.post(token, 'round 0');
  const there = createClient(other.url);
  const titleThere = async () => (await there.api<Post>('GET', `/api/posts/${id}`)).body.title;
  for (let round = 1; round <= 5; round++) {
    await titleThere();
    const title = `round ${round}`;
    await client.api('PATCH', `/api/posts/${id}`, { token, json: { title } });
    // Node's timers may fire up to a millisecond early.
    await sleep(RECENT_MS + 1);
    assert.equal(await titleThere(), title);
  }
});

test('a cached page of a session is not sent after the session has ended, here or on another server', async () => {
  const ann = await client.person('Ann');
  for (const end of [server, other]) {
    const visitor = createVisitor(server.url);
    await visitor.signIn(ann);
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join();
    for (const _ of [1, 2]) assert.match((await visitor.get('/')).text, /\/account/);
    await createVisitor(end.url).post('/logout', {}, { cookie });
    assert.doesNotMatch((await visitor.get('/')).text, /\/account/);
  }
});

test('a new name, and the deletion of an account, change every answer that showed them', async () => {
  const bob = await client.person('Bob');
  const { id } = await client.post(bob.token, 'By Bob');
  const paths = [
    '/',
    `/posts/${id}`,
    `/users/${bob.id}/posts`,
    '/api/posts',
    `/api/users/${bob.id}`,
  ];
  const texts = () => Promise.all(paths.map(async (path) => (await client.api('GET', path)).text));
  for (const text of await texts()) assert.match(text, /Bob/);
  const json = { username: 'Robert' };
  await client.api('PATCH', `/api/users/${bob.id}`, { token: bob.token, json });
  for (const text of await texts()) assert.match(text, /Robert/);
  await client.api('DELETE', `/api/users/${bob.id}`, { token: bob.token });
  for (const text of await texts()) assert.doesNotMatch(text, /Robert/);
});
