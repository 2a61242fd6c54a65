import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { DEMO_PASSWORD, PEOPLE } from '../../scripts/seed/people.ts';
import { readPosts } from '../../scripts/seed/posts.ts';
import { seedBlog } from '../../scripts/seed/seed.ts';
import { openBlog } from '../support/blog.ts';
import { createClient, type Page } from '../support/client.ts';
import { startServer } from '../support/server.ts';

const SEED = fileURLToPath(new URL('../../scripts/seed.ts', import.meta.url));
const quiet = (): void => {};

const { server } = await openBlog();

/** Every post of a blog, newest first. */
async function postsAt(url: string) {
  const { body } = await createClient(url).api<Page>('GET', '/api/posts?limit=100');
  return body.posts;
}

/** The command as people run it: how it ended, and what it said on each stream. */
function runSeed(...args: string[]) {
  return new Promise<{ status: unknown; said: string; complained: string }>((resolve) => {
    execFile(process.execPath, [SEED, ...args], (error, said, complained) =>
      resolve({ status: error?.code ?? 0, said, complained }),
    );
  });
}

test('an empty blog gets its people, each with their own face, and the posts in order', async () => {
  const steps: string[] = [];
  const seeded = await seedBlog(server.url, (step) => steps.push(step));
  assert.deepEqual(seeded, { people: 6, faces: 6, posts: 40, comments: 6, pictures: 6 });
  assert.deepEqual([steps[0], steps.at(-1)], ['person 1 of 6', 'comment 5']);

  const posts = await postsAt(server.url);
  assert.deepEqual(
    posts.map(({ author, title, content }) => ({
      author: author.username,
      title,
      content: content.replaceAll(/\(\/pictures\/\d+/g, '(PICTURE'),
    })),
    readPosts()
      .map(({ author, title, content }) => ({
        author,
        title,
        content: content.replaceAll(/\(picture:\w+/g, '(PICTURE'),
      }))
      .toReversed(),
  );
  const faces = new Set(posts.map(({ author }) => author.image_path));
  assert.equal(faces.size, 6);
  for (const path of faces) {
    const picture = await fetch(server.url + path);
    const { width } = await sharp(await picture.arrayBuffer()).metadata();
    assert.equal(width, 300, path);
  }
});

test('a second run adds only what is missing, and says so', async () => {
  const client = createClient(server.url);
  const [first] = PEOPLE;
  assert.ok(first);
  const { body } = await client.login(first.email, DEMO_PASSWORD);
  const token = body.access_token;
  const me = await client.api<{ id: number }>('GET', '/api/users/me', { token });
  const gone = await client.api('DELETE', `/api/users/${me.body.id}`, { token });
  assert.equal(gone.status, 204);

  const own = readPosts().filter(({ author }) => author === first.username).length;
  const { status, said, complained } = await runSeed(server.url);
  assert.deepEqual([status, complained], [0, '']);
  assert.match(said, new RegExp(`has 1 more people, 1 faces, ${own} posts and \\d comments`));
  assert.equal((await postsAt(server.url)).length, 40);
});

test('if somebody has the address with another password, it stops with one line', async () => {
  await using other = await startServer();
  const json = { username: 'Somebody', email: PEOPLE[0]?.email, password: 'not the demo’s' };
  await createClient(other.url).api('POST', '/api/users', { json });
  const { status, complained } = await runSeed(other.url);
  assert.equal(status, 1);
  assert.match(complained, /^seed: marta@example\.com cannot log in: .*another password.*\n$/);
});

test('if registration is closed, it stops with one line', async () => {
  await using closed = await startServer({ REGISTRATION: 'closed' });
  await assert.rejects(seedBlog(closed.url, quiet), {
    name: 'Error',
    message: /^marta@example\.com cannot log in: registration is closed[^\n]*$/,
  });
});

test('if no server runs, it stops with one line', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  await new Promise((closed) => listener.close(closed));
  const { status, complained } = await runSeed(url);
  assert.equal(status, 1);
  assert.equal(complained, `seed: nothing answers at ${url}: start the blog first (npm start)\n`);
});

for (const args of [['ftp://localhost'], ['--fast']]) {
  test(`\`${args.join(' ')}\` is answered with the usage`, async () => {
    const { status, said, complained } = await runSeed(...args);
    assert.deepEqual([status, said], [2, '']);
    assert.match(complained, /^usage: npm run seed/);
  });
}

test('the texts include what is difficult to show', () => {
  const posts = readPosts();
  const names = new Set(PEOPLE.map(({ username }) => username));
  assert.ok(posts.every(({ author }) => names.has(author)));
  assert.equal(new Set(posts.map(({ title }) => title)).size, posts.length);
  const some = (test: (content: string) => boolean) => posts.some(({ content }) => test(content));
  assert.ok(some((content) => Array.from(content).length > 2000));
  assert.ok(some((content) => content.length < 50));
  assert.ok(some((content) => /\S{60}/.test(content)));
  assert.ok(some((content) => /\p{Script=Arabic}{3}/u.test(content)));
  assert.ok(some((content) => /\p{Emoji_Presentation}/u.test(content)));
});
