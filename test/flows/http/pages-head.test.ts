import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { type User } from '../../support/client.ts';
import { elementsOf } from '../../support/markup.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, type Seen } from '../../support/visitor.ts';

const ORIGIN = 'https://ink.example';
const SITE = `<The "Ink" & 'Co'>`;
/** Ends an attribute and a tag if it is not escaped. */
const HOSTILE = `"><script>alert('1')</script>&amp;`;

const { server, client } = await openBlog({
  SITE_NAME: SITE,
  FRONTEND_URL: `${ORIGIN}/`,
  POSTS_PER_PAGE: '1',
});
const ann = await client.person(HOSTILE);
const bob = await client.person('Bob');
const { id: post } = await client.post(ann.token, `Title ${HOSTILE}`, `Text\n\n${HOSTILE}`);
await client.post(bob.token, 'Other', 'No picture here');
const body = fileBody(await photo({ width: 300, height: 300 }));
const sent = { token: ann.token, body, headers: MULTIPART };
const face = (await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, sent)).body
  .image_path;
const visitor = createVisitor(server.url);
/** Of HOSTILE, which the title holds. */
const slug = 'title-script-alert-1-script-amp';

/** A page's metadata: `meta` by name or property, `link` by rel. */
function headOf({ text }: Seen): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  for (const { name, attributes } of elementsOf(text)) {
    const key = attributes['property'] ?? attributes['name'];
    if (name === 'meta' && key !== undefined) found[key] = attributes['content'];
    if (name === 'link') found[attributes['rel'] ?? ''] = attributes['href'];
  }
  return found;
}

const graphOf = (head: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(head).filter(([name]) => /^(?:og|article|profile):/.test(name)),
  );

const SQUARE = (side: string) => ({ 'og:image:width': side, 'og:image:height': side });

test('the home page introduces the site, with its mark', async () => {
  const head = headOf(await visitor.get('/'));
  assert.equal(head['description'], `The latest posts on ${SITE}.`);
  assert.deepEqual(graphOf(head), {
    'og:site_name': SITE,
    'og:type': 'website',
    'og:title': SITE,
    'og:description': `The latest posts on ${SITE}.`,
    'og:url': `${ORIGIN}/`,
    'og:image': `${ORIGIN}/static/icon-512.png`,
    'og:image:alt': SITE,
    ...SQUARE('512'),
  });
});

test('a post’s preview has its full title, its beginning, its author and their face', async () => {
  const { body } = await client.api<{ date_posted: string }>('GET', `/api/posts/${post}`);
  const head = headOf(await visitor.get(`/posts/${post}`));
  assert.equal(head['description'], `Text ${HOSTILE}`);
  assert.deepEqual(graphOf(head), {
    'og:site_name': SITE,
    'og:type': 'article',
    'og:title': `Title ${HOSTILE}`,
    'og:description': `Text ${HOSTILE}`,
    'og:url': `${ORIGIN}/posts/${post}-${slug}`,
    'og:image': ORIGIN + face,
    'og:image:alt': `${HOSTILE}'s profile picture`,
    ...SQUARE('300'),
    'article:published_time': body.date_posted.replace(/\d{3}Z$/, 'Z'),
    'article:author': `${ORIGIN}/users/${ann.id}/posts`,
  });
});

test('a person’s preview has their picture, or the site’s icon', async () => {
  const head = headOf(await visitor.get(`/users/${ann.id}/posts`));
  assert.deepEqual(graphOf(head), {
    'og:site_name': SITE,
    'og:type': 'profile',
    'og:title': `Posts by ${HOSTILE}`,
    'og:description': `Posts by ${HOSTILE} on ${SITE}.`,
    'og:url': `${ORIGIN}/users/${ann.id}/posts`,
    'og:image': ORIGIN + face,
    'og:image:alt': `${HOSTILE}'s profile picture`,
    ...SQUARE('300'),
    'profile:username': HOSTILE,
  });
  const without = headOf(await visitor.get(`/users/${bob.id}/posts`));
  assert.equal(without['og:image'], `${ORIGIN}/static/icon-512.png`);
});

test('a page has one canonical address, whatever the query adds', async () => {
  const user = `/users/${ann.id}/posts`;
  const cases = {
    '/': ['/', '/?done=login', '/?skip=0', '/?utm_source=x', '/posts'],
    '/?skip=1&limit=1': ['/?skip=1&limit=1', '/posts?limit=1&skip=1&utm_source=x'],
    '/?skip=1': ['/posts?skip=1'],
    [`/posts/${post}-${slug}`]: [
      `/posts/${post}`,
      `/posts/${post}-${slug}?done=updated`,
      `/posts/${post}?done=created&x=y`,
    ],
    [`${user}?skip=1&limit=3`]: [`${user}?skip=1&limit=3`],
    [user]: [`${user}?done=${encodeURIComponent(HOSTILE)}`],
  };
  for (const [address, visited] of Object.entries(cases)) {
    for (const path of visited) {
      const head = headOf(await visitor.get(path));
      assert.equal(head['canonical'], ORIGIN + address, path);
      assert.equal(head['og:url'], ORIGIN + address, path);
      assert.equal(head['robots'], undefined, path);
    }
  }
});

test('forms, accounts and errors are not indexed or previewed', async () => {
  const reader = createVisitor(server.url);
  await reader.signIn(ann);
  const open = ['/login', '/register', '/forgot-password', '/reset-password?token=t', '/nothing'];
  const own = ['/account', '/account/delete', '/account/picture/delete', '/posts/new'];
  const pages = await Promise.all([
    ...open.map((path) => visitor.get(path)),
    ...[...own, `/posts/${post}/edit`, `/posts/${post}/delete`].map((path) => reader.get(path)),
    visitor.get('/posts/999999'),
    visitor.post('/login', { username: 'x@example.com', password: 'wrong password' }),
  ]);
  for (const page of pages) {
    const head = headOf(page);
    assert.equal(head['robots'], 'noindex', page.text.slice(0, 400));
    assert.deepEqual(graphOf(head), {});
    assert.deepEqual([head['canonical'], head['description']], [undefined, undefined]);
  }
});

test('the manifest names the site and pictures of the sizes it says', async () => {
  const { manifest } = headOf(await visitor.get('/'));
  const answer = await client.api<Manifest>('GET', manifest ?? '');
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/manifest\+json/);
  const { name, start_url, icons } = answer.body;
  assert.deepEqual([name, start_url], [SITE, '/']);
  const kept = { 'if-none-match': answer.headers.get('etag') ?? '' };
  assert.equal((await visitor.get('/manifest.webmanifest', kept)).status, 304);
  for (const { src, sizes, type } of icons) {
    const { width, height, format } = await picture(src);
    assert.deepEqual([`${width}x${height}`, `image/${format}`], [sizes, type], src);
  }
  const any = icons.filter(({ purpose }) => purpose === 'any').map(({ sizes }) => sizes);
  assert.deepEqual(any, ['192x192', '512x512']);
  assert.ok(icons.some(({ purpose }) => purpose === 'maskable'));
});

interface Manifest {
  name: string;
  start_url: string;
  icons: { src: string; sizes: string; type: string; purpose: string }[];
}

async function fetched(path: string): Promise<{ type: string; file: Buffer }> {
  const answer = await fetch(server.url + path);
  assert.equal(answer.status, 200, path);
  const file = Buffer.from(await answer.arrayBuffer());
  return { type: answer.headers.get('content-type') ?? '', file };
}

const picture = async (path: string) => sharp((await fetched(path)).file).metadata();

test('a maskable icon keeps its mark within the circle that every system shows', async () => {
  const { file } = await fetched('/static/icon-maskable-512.png');
  const { data, info } = await sharp(file)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const ground = data.subarray(0, 3);
  let marked = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (data.subarray(at, at + 3).equals(ground)) continue;
    marked += 1;
    const [x, y] = [(at / 3) % info.width, Math.floor(at / 3 / info.width)];
    const distance = Math.hypot(x - info.width / 2, y - info.height / 2);
    assert.ok(distance < 0.4 * info.width, `${x}, ${y}`);
  }
  assert.ok(marked > 10_000, `${marked} pixels are drawn`);
});

test('every icon that a page names exists, and so does the one that browsers look for', async () => {
  const { text } = await visitor.get('/');
  const named = elementsOf(text)
    .filter(({ name, attributes }) => name === 'link' && /icon/.test(attributes['rel'] ?? ''))
    .map(({ attributes }) => attributes['href'] ?? '');
  assert.deepEqual(named, ['/favicon.ico', '/static/favicon.svg', '/static/apple-touch-icon.png']);
  const { type, file } = await fetched('/favicon.ico');
  assert.match(type, /^image\/(?:vnd\.microsoft\.icon|x-icon)/);
  const sides = [0, 1, 2].map(async (index) => {
    const [length, offset] = [8, 12].map((part) => file.readUInt32LE(6 + 16 * index + part));
    const { width } = await sharp(file.subarray(offset, (offset ?? 0) + (length ?? 0))).metadata();
    return [width, file.readUInt8(6 + 16 * index)];
  });
  assert.deepEqual(
    await Promise.all(sides),
    [16, 32, 48].map((side) => [side, side]),
  );
  const { width, height } = await picture('/static/apple-touch-icon.png');
  assert.deepEqual([width, height], [180, 180]);
  assert.match((await fetched('/static/favicon.svg')).file.toString(), /^<svg /);
});
