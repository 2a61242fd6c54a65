import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from '../../support/client.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { head, rawRequest } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';

const { server, client } = await openBlog();
const ann = await client.person();
const answer = await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, {
  token: ann.token,
  body: fileBody(await photo({ width: 400, height: 300 })),
  headers: MULTIPART,
});
const imagePath = answer.body.image_path;

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.url + path, { method, headers, redirect: 'manual' });
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('every file of a picture is served with a year of caching, and never as a page', async () => {
  for (const file of await mediaFiles(server.dataDir)) {
    const response = await get(`/media/${file}`);
    assert.equal(response.status, 200, file);
    const type = file.endsWith('.jpg') ? 'image/jpeg' : 'image/webp';
    assert.equal(response.headers.get('content-type'), type);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /sandbox/);
    const caching = response.headers.get('cache-control') ?? '';
    assert.match(caching, /public/);
    assert.match(caching, /max-age=31536000/);
    assert.match(caching, /immutable/);
    assert.equal(response.headers.get('set-cookie'), null);
    const body = await bytes(response);
    assert.equal(response.headers.get('content-length'), String(body.length));
  }
});

test('a client that has the file gets 304', async () => {
  const etag = (await get(imagePath)).headers.get('etag') ?? '';
  assert.match(etag, /^(W\/)?"[^"]+"$/);
  for (const header of [etag, `"other", ${etag}`]) {
    const response = await get(imagePath, { 'if-none-match': header });
    assert.equal(response.status, 304, header);
    assert.equal((await bytes(response)).length, 0);
  }
  const other = await get(imagePath, { 'if-none-match': '"other"' });
  assert.equal(other.status, 200);
  await other.arrayBuffer();
});

test('ranges are answered', async () => {
  const whole = await bytes(await get(imagePath));
  const cases: [string, number, number][] = [
    ['bytes=0-9', 0, 9],
    ['bytes=100-', 100, whole.length - 1],
    ['bytes=-5', whole.length - 5, whole.length - 1],
  ];
  for (const [range, start, end] of cases) {
    const response = await get(imagePath, { range });
    assert.equal(response.status, 206, range);
    assert.equal(response.headers.get('content-range'), `bytes ${start}-${end}/${whole.length}`);
    assert.deepEqual(await bytes(response), whole.subarray(start, end + 1));
  }
  const beyond = await get(imagePath, { range: `bytes=${whole.length}-` });
  assert.equal(beyond.status, 416);
  await beyond.arrayBuffer();
  const nonsense = await get(imagePath, { range: 'nonsense' });
  assert.equal(nonsense.status, 200);
  await nonsense.arrayBuffer();
});

test('HEAD gives the length without the file', async () => {
  const whole = await bytes(await get(imagePath));
  const response = await get(imagePath, {}, 'HEAD');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-length'), String(whole.length));
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
});

test('the default picture exists', async () => {
  const response = await get('/static/profile_pics/default.jpg');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
  assert.equal((await bytes(response)).readUInt16BE(0), 0xffd8);
});

test('no path leads out of the media folder, and no folder is listed', async () => {
  const [name = ''] = imagePath.split('/').slice(-1);
  const paths = [
    '/media',
    '/media/',
    '/media/profile_pics',
    '/media/profile_pics/',
    '/media/tmp/',
    '/media/../masthead.db',
    '/media/%2e%2e/masthead.db',
    '/media/..%2fmasthead.db',
    '/media/profile_pics/../../masthead.db',
    '/media/profile_pics/..%2f..%2fsecret.key',
    '/media/profile_pics/%2e%2e/%2e%2e/secret.key',
    '/media/profile_pics/..%5c..%5csecret.key',
    '/media/profile_pics/%00',
    `/media/profile_pics/${name}%00`,
    `/media/profile_pics/${name}%00.jpg`,
    `/media/profile_pics/${name}.jpg`,
    `/media/profile_pics/./${name}x`,
    `/media//profile_pics/${name}x`,
    `/media/profile_pics/${name.toUpperCase()}`,
    `/media/profile_pics/${'0'.repeat(32)}.jpg`,
    `/media/profile_pics/${'0'.repeat(5000)}.jpg`,
    '/media//etc/passwd',
    '/media/%2fetc%2fpasswd',
    '/static/',
    '/static/../package.json',
    '/static/%2e%2e/package.json',
    '/static/profile_pics/',
    '/static/profile_pics/..%2f..%2fpackage.json',
    '/static/.env',
  ];
  for (const path of paths) {
    const answer = await rawRequest(server.url, head(`GET ${path}`));
    const allowed = [400, 403, 404, 414];
    assert.ok(allowed.includes(answer.status), `${path}: ${answer.status}`);
    assert.match(answer.headers['content-type'] ?? '', /^text\/html/, path);
    assert.doesNotMatch(answer.body, /SQLite format|"dependencies"|root:/);
  }
});
