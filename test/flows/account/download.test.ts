import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBlog } from '../../support/blog.ts';
import { createClient, type Person } from '../../support/client.ts';
import { giveLongPosts, LONG_POSTS } from '../../support/flows/long-posts.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';
import { watchSteps } from '../../support/steps.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { zipfile } from '../../support/zipfile.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();

/** The cookie of a user who has logged in with the form. */
async function cookieOf(person: Person, url = server.url): Promise<string> {
  const visitor = createVisitor(url);
  await visitor.signIn(person);
  return [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

const ask = (cookie: string, url = server.url) =>
  fetch(`${url}/account/download`, { method: 'POST', headers: { cookie }, redirect: 'manual' });

/** The files of the zip, unpacked by an independent program. */
async function unpack(t: TestContext, bytes: Buffer): Promise<Map<string, Buffer>> {
  const folder = await temporaryFolder(t);
  const zip = join(folder, 'my-data.zip');
  const to = join(folder, 'unpacked');
  await writeFile(zip, bytes);
  await mkdir(to);
  await zipfile('-t', zip);
  await zipfile('-e', zip, to);
  const found = await readdir(to, { recursive: true, withFileTypes: true });
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(to.length + 1), await readFile(file)] as const),
    ),
  );
}

test('a download holds everything of its owner, and nothing of others', async (t) => {
  const ann = await client.person();
  const bob = await client.person();
  await client.post(bob.token, 'Not hers', 'a secret of another');
  const titles = ['Hello, World!', '🎉', 'مرحبا بالعالم', '../../etc/passwd', 'x'.repeat(100)];
  const ids: number[] = [];
  for (const title of [...titles, 'Hello, World!']) {
    ids.push((await client.post(ann.token, title, `About ${title}\n\nTwo lines`)).id);
  }
  await client.api('PATCH', `/api/posts/${ids[0]}`, {
    token: ann.token,
    json: { format: 'markdown' },
  });
  const comment = (token: string, content: string) =>
    client.api('POST', `/api/posts/${ids[0]}/comments`, { token, json: { content } });
  await comment(ann.token, 'My *own* comment');
  await comment(bob.token, 'a secret of another');
  const started = { title: 'Not yet', content: '*Soon*', format: 'markdown' };
  const draft = await client.api('POST', '/api/drafts', { token: ann.token, json: started });
  const body = fileBody(await photo({ width: 400, height: 400 }));
  const sent = { token: ann.token, body, headers: MULTIPART };
  const picture = await client.api('PATCH', `/api/users/${ann.id}/picture`, sent);

  const cookie = await cookieOf(ann);
  const answer = await ask(cookie);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/zip');
  assert.equal(answer.headers.get('cache-control'), 'private, no-store');
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="my-data.zip"');
  const files = await unpack(t, Buffer.from(await answer.arrayBuffer()));
  const text = (name: string) => files.get(name)?.toString() ?? assert.fail(`no ${name}`);
  assert.equal(files.size, 8 + ids.length);

  const account = JSON.parse(text('account.json'));
  assert.deepEqual(
    [account.username, account.email, account.role, account.state],
    [ann.username, ann.email, 'member', 'active'],
  );
  assert.deepEqual([account.picture, account.signed_in.length], ['picture.jpg', 1]);
  const stored = await fetch(server.url + String(picture.body['image_path']));
  assert.deepEqual(files.get('picture.jpg'), Buffer.from(await stored.arrayBuffer()));
  const posts = JSON.parse(text('posts.json')) as { id: number; title: string; content: string }[];
  assert.deepEqual(
    posts.map(({ id, title }) => [id, title]),
    [...titles, 'Hello, World!'].map((title, index) => [ids[index], title]),
  );
  const [hello, emoji, , path] = ids;
  assert.match(
    text(`posts/${hello}-Hello-World.md`),
    /^---\ntitle: "Hello, World!"\ndate: \d{4}-.*Z\nurl: .*\/posts\/\d+\nformat: markdown\n---\n\nAbout Hello, World!\n\nTwo lines\n$/,
  );
  text(`posts/${emoji}.md`);
  assert.match(text(`drafts/${String(draft.body['id'])}-Not-yet.md`), /\n---\n\n\*Soon\*\n$/);
  assert.deepEqual(
    JSON.parse(text('drafts.json')).map(({ title, content, format }: typeof started) => ({
      title,
      content,
      format,
    })),
    [started],
  );
  const revisions = JSON.parse(text('revisions.json')) as Record<string, unknown>[];
  assert.deepEqual(
    revisions.map(({ post_id, format, published }) => [post_id, format, published]),
    [...ids.map((id) => [id, 'text', true]), [ids[0], 'markdown', true]],
  );
  const comments = JSON.parse(text('comments.json')) as Record<string, unknown>[];
  assert.deepEqual(
    comments.map(({ post_id, content, state }) => [post_id, content, state]),
    [[ids[0], 'My *own* comment', 'visible']],
  );
  const notices = JSON.parse(text('notices.json')) as Record<string, unknown>[];
  assert.deepEqual(
    notices.map(({ kind, actor_id, post_id, read }) => [kind, actor_id, post_id, read]),
    [['comment', bob.id, ids[0], false]],
  );
  text(`posts/${path}-etc-passwd.md`);

  const all = [...files.values()].map(String).join();
  const { token_hash } = await server.context.db
    .selectFrom('sessions')
    .select('token_hash')
    .where('user_id', '=', ann.id)
    .executeTakeFirstOrThrow();
  const cookieValue = cookie.split('=')[1] ?? assert.fail();
  for (const secret of ['argon2', token_hash, cookieValue, ann.password, 'a secret of another']) {
    assert.ok(!all.includes(secret), secret);
  }
});

test('somebody without posts gets a complete zip too; an anonymous visitor is redirected to the login', async (t) => {
  const ann = await client.person();
  const files = await unpack(t, Buffer.from(await (await ask(await cookieOf(ann))).arrayBuffer()));
  assert.deepEqual([...files.keys()].toSorted(), ['account.json', 'posts.json']);
  assert.equal(String(files.get('posts.json')), '[]\n');
  const stranger = await ask('');
  assert.deepEqual(
    [stranger.status, stranger.headers.get('location')],
    [303, '/login?next=%2Faccount'],
  );
  assert.equal((await fetch(`${server.url}/account/download`)).status, 405);
});

test('posts are read while they are being sent, not before', async (t) => {
  // A client that reads nothing is not cut off here.
  await using patient = await startServer({}, { stalledAnswer: 600_000 });
  const ann = await createClient(patient.url).person();
  await giveLongPosts(patient.context.db, ann.id);
  const cookie = await cookieOf(ann, patient.url);
  let read = 0;
  const stop = await watchSteps((step) => {
    if (/^select .* from "posts" where "id" = /.test(step)) read++;
  });
  t.after(stop);
  const asking = request(`${patient.url}/account/download`, {
    method: 'POST',
    headers: { cookie },
  });
  const [answer] = (await once(asking.end(), 'response')) as [IncomingMessage];
  await until('a post to be read', async () => read || undefined);
  await settled(() => read);
  assert.ok(read < LONG_POSTS / 2, `${read} posts were read for nobody`);
  const files = await unpack(t, await buffer(answer));
  // Once for the file with all posts, once for each post's own file.
  assert.equal(read, 2 * LONG_POSTS);
  assert.equal(files.size, 3 + LONG_POSTS);
  assert.equal(JSON.parse(String(files.get('posts.json'))).length, LONG_POSTS);
});

/** Resolves when a number has not changed for two seconds. */
async function settled(count: () => number): Promise<void> {
  for (let last = -1; last !== count(); await sleep(2000)) last = count();
}

test('repeated downloads are limited', async () => {
  await using limited = await startServer({ RATE_LIMITS: 'on' });
  const ann = await createClient(limited.url).person();
  const cookie = await cookieOf(ann, limited.url);
  for (let count = 0; count < 20; count++) {
    const answer = await ask(cookie, limited.url);
    await answer.arrayBuffer();
    assert.equal(answer.status, 200);
  }
  const answer = await ask(cookie, limited.url);
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
});
