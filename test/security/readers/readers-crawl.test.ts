import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import tar from 'tar-stream';
import { backup } from '../../../src/archive/backup.service.ts';
import type { Role, UserRow } from '../../../src/db/schema.ts';
import { ask } from '../../support/servers/ask.ts';
import { createClient, type Post } from '../../support/client.ts';
import { newDraft } from '../../support/drafts.ts';
import { mediaVariables } from '../../support/pictures/media.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';
import { startServer } from '../../support/server.ts';
import { copyOf, pixel, someone, SECRET_KEY } from '../people.ts';
import { startWithRoutes } from '../routes.ts';
import { tries } from './tries.ts';

/** In each text that members may read, that editors have hidden, and that only its author may read. */
const MEMBERS = 'Zanzibar';
const HIDDEN = 'Tuvalu';
const OWN = 'Nauru';
/** Of each kind; with their texts, revisions, pictures and ETags more than 200 things that somebody may know. */
const EACH = 12;

const server = await startWithRoutes({ SECRET_KEY });
after(() => server.stop());
const { db } = server.context;
const client = createClient(server.url);
/** The same blog, whose pages show pictures from a host that asks nobody who they are. */
const { database } = server.context.config;
const withCdn = await startServer({
  DATABASE_URL: database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url,
  DATA_DIR: server.dataDir,
  ...(await mediaVariables(server.dataDir)),
  SECRET_KEY,
  MEDIA_BASE_URL: 'https://cdn.example.org/pictures',
});
after(() => withCdn.stop());
const author = await someone(server, client);
const { token } = author;

/** What somebody knows of, and in which text it stands. */
const known = {
  post: new Map<number, string>(),
  draft: new Map<number, string>(),
  revision: new Map<number, string>(),
  picture: new Map<number, string>(),
  comment: new Map<number, string>(),
};
/** The files of the pictures, and the word of the texts that show them. */
const files = new Map<string, string>();
/** The names of the pictures in the store, without which nobody finds them on another host. */
const keyOf = (path: string) => /[0-9a-f]{32}/.exec(path)?.[0] ?? assert.fail(path);

for (let n = 0; n < EACH; n++) {
  // A picture for the posts of the first round, and for the drafts.
  for (const word of [MEMBERS, HIDDEN, OWN]) {
    const json = { title: `${word} ${n}`, content: `${word} ${await pictureFor(word, n)}` };
    const members = { ...json, format: 'markdown', audience: 'members' };
    const { body } = await client.api<Post>('POST', '/api/posts', { token, json: members });
    known.post.set(body.id, word);
    const change = { token, json: { content: `${json.content} again` } };
    await client.api('PATCH', `/api/posts/${body.id}`, change);
    if (word === OWN) await author.browser.post(`/posts/${body.id}/unpublish`);
    else await comment(body.id, word);
    if (word === HIDDEN) {
      await db.updateTable('posts').set({ state: 'hidden' }).where('id', '=', body.id).execute();
    }
  }
  const content = `${OWN} ${await pictureFor(OWN, n)}`;
  const draft = await newDraft(client, token, { title: OWN, content });
  known.draft.set(draft.id, OWN);
}
const words = new Map(known.post);
const revisions = db
  .selectFrom('revisions')
  .select(['id', 'post_id'])
  .where('post_id', 'is not', null);
for (const { id, post_id } of await revisions.execute()) {
  known.revision.set(id, words.get(post_id ?? 0) ?? '');
}
for (const { id } of await db.selectFrom('drafts').select('id').execute()) known.draft.set(id, OWN);

async function comment(post: number, word: string): Promise<void> {
  const json = { content: `${word}, a comment` };
  const { body } = await client.api('POST', `/api/posts/${post}/comments`, { token, json });
  known.comment.set(Number(body['id']), word);
}

/** The Markdown of a new picture, in the first of the rounds alone. */
async function pictureFor(word: string, round: number): Promise<string> {
  if (round > 1) return '';
  const { id, markdown, urls } = await addPicture(client, { token }, pixel);
  known.picture.set(id, word);
  for (const url of Object.values(urls)) {
    files.set(new URL(url, server.url).pathname, word);
  }
  return markdown;
}

/** Each address of each route that reads, with everything that is known. */
const addresses = server.routes
  .filter(({ method }) => method === 'GET')
  .flatMap(({ url }) => (url === '/media/*' ? [...files.keys()] : addressesOf(url)));

function addressesOf(url: string): string[] {
  let paths = [url];
  for (const [name, ids] of Object.entries(known)) {
    const parameter = `:${name}_id`;
    if (!url.includes(parameter)) continue;
    // Where two stand in one address, each with one of the other.
    const some = paths.length > 1 ? [...ids.keys()].slice(0, paths.length) : [...ids.keys()];
    paths =
      paths.length > 1
        ? paths.map((path, n) => path.replace(parameter, String(some[n % some.length])))
        : some.map((id) => url.replace(parameter, String(id)));
  }
  return paths.map((path) =>
    path.replace(':user_id', String(author.id)).replaceAll(/:\w+|\*/g, '1'),
  );
}

interface Asked {
  path: string;
  method: string;
  status: number;
  text: string;
}

/** All addresses asked with these headers, each in every way or in one of them, in turn. */
async function crawl(
  headers: Record<string, string>,
  ways: 'each' | 'one',
  { url }: Pick<typeof server, 'url'> = server,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  const waiting = addresses.flatMap((path, n) => {
    const all = tries(tags.get(path) ?? '*').map(([method, more]) => ({ path, method, more }));
    return ways === 'each' ? all : all.slice(n % all.length).slice(0, 1);
  });
  const lane = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { path, method, more } = next;
      // To pack and unpack so many answers would take a tenth of the time.
      const all = new Headers({ ...headers, ...more, 'accept-encoding': 'identity' });
      const got = await ask(new URL(url + path), { method, headers: all });
      const text = `${got.text} ${JSON.stringify([...got.headers])}`;
      asked.push({ path, method, status: got.status, text });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return asked;
}

const { cookie } = author;
const tags = new Map<string, string>();
for (const path of addresses) {
  const api = path.startsWith('/api');
  const headers = new Headers(api ? { authorization: `Bearer ${token}` } : { cookie });
  const got = await ask(new URL(server.url + path), { method: 'GET', headers });
  const tag = got.headers.get('etag');
  if (tag) tags.set(path, tag);
}

const READERS: Record<
  string,
  { role?: Role; state?: UserRow['state']; reads: boolean; edits?: true }
> = {
  'an anonymous visitor': { reads: false },
  'a waiting account': { role: 'member', state: 'waiting', reads: false },
  'a suspended owner': { role: 'owner', state: 'suspended', reads: false },
  'a reader': { role: 'reader', state: 'active', reads: true },
  'a member': { role: 'member', state: 'active', reads: true },
  'an editor': { role: 'editor', state: 'active', reads: true, edits: true },
  'an owner': { role: 'owner', state: 'active', reads: true, edits: true },
};

for (const [name, { reads, edits = false, ...account }] of Object.entries(READERS)) {
  test(`${name} gets nothing that is not for them, by ${addresses.length} addresses`, async () => {
    const shown = [...(reads ? [MEMBERS] : []), ...(edits ? [HIDDEN] : [])];
    const secret = [MEMBERS, HIDDEN, OWN].filter((word) => !shown.includes(word));
    const seen = new Set<string>();
    const headers = account.role === undefined ? {} : await signedIn(account);
    const asked = await crawl(headers, account.role === undefined ? 'each' : 'one');
    const elsewhere = await crawl(headers, 'one', withCdn);
    for (const { path, method, status, text } of [...asked, ...elsewhere]) {
      const about = `${method} ${path}: ${status} ${text.slice(0, 300)}`;
      assert.deepEqual(leaksIn(text, path, secret), [], about);
      for (const word of shown) if (text.includes(word)) seen.add(word);
      const word = files.get(path);
      if (word === undefined) continue;
      assert.equal([200, 206, 304].includes(status), !secret.includes(word), about);
    }
    assert.deepEqual([...seen].toSorted(), shown.toSorted());
  });
}

/** What an answer tells of texts with these words: the words, and the names of their pictures. */
function leaksIn(text: string, path: string, secret: string[]): string[] {
  const keys = [...files].filter(([, word]) => secret.includes(word)).map(([file]) => keyOf(file));
  return [...secret, ...keys].filter((known) => !path.includes(known) && text.includes(known));
}

/** The headers of a new account, by cookie and by token, for pages and API alike. */
async function signedIn(account: { role?: Role; state?: UserRow['state'] }) {
  const person = await copyOf(server, author);
  await db.updateTable('users').set(account).where('id', '=', person.id).execute();
  return { cookie: person.cookie, authorization: `Bearer ${person.token}` };
}

test('their author reads them, so that they are there to be found', async () => {
  const own = await crawl({ cookie, authorization: `Bearer ${token}` }, 'one');
  for (const word of [MEMBERS, HIDDEN, OWN]) {
    assert.ok(own.filter(({ text }) => text.includes(word)).length > EACH * 2, word);
  }
  for (const path of files.keys()) assert.ok(tags.has(path), path);
});

test('the document of the API names only what was asked above, and tells nothing of what there is', async () => {
  const text = await (await fetch(`${server.url}/openapi.json`)).text();
  assert.deepEqual(leaksIn(text, '', [MEMBERS, HIDDEN, OWN]), []);
  const { paths } = JSON.parse(text) as { paths: Record<string, object> };
  const reading = Object.entries(paths).filter(([, methods]) => 'get' in methods);
  const asked = new Set(server.routes.map(({ method, url }) => `${method} ${url}`));
  for (const [path] of reading) {
    assert.ok(asked.has(`GET ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`), path);
  }
  assert.ok(reading.length > 10);
});

test('the names of the files in an archive tell no title and no name', async () => {
  const names: string[] = [];
  const progress = () => ({ add() {}, end() {} });
  await backup(server.context, { created: '', progress }, async (bytes) => {
    const entries = Readable.from(bytes).pipe(tar.extract());
    for await (const entry of entries as AsyncIterable<Readable & { header: tar.Header }>) {
      names.push(entry.header.name);
      entry.resume();
    }
  });
  assert.ok(names.length > files.size);
  for (const name of names) {
    assert.match(
      name,
      /^(?:(?:masthead|manifest)\.json|(?:rows\/[a-z_]+|checksums)\/\d+\.\w+|media\/\w+\/[0-9a-f]{32}\.\w+)$/,
    );
  }
});
