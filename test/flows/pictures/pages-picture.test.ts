import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, type User } from '../../support/client.ts';
import { resizedJpeg } from '../../support/pictures/crafted-pictures.ts';
import { elementsOf } from '../../support/markup.ts';
import { fileBody, MULTIPART, multipart } from '../../support/multipart.ts';
import { photo, plain } from '../../support/pictures.ts';
import { head, openRaw } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';
import {
  createVisitor,
  errorsOf,
  statusOf,
  summaryOf,
  valuesOf,
  type Seen,
} from '../../support/visitor.ts';

const MIB = 1024 * 1024;
const INVALID = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const visitor = createVisitor(server.url);
await visitor.signIn(ann);

const upload = (body: Uint8Array, headers: Record<string, string> = {}, who = visitor) =>
  who.ask('POST', '/account/picture', { body, headers: { ...MULTIPART, ...headers } });
const me = async () => (await client.api<User>('GET', `/api/users/${ann.id}`)).body;

/** The pictures of people on a page. */
const faces = ({ text }: Seen) =>
  elementsOf(text)
    .filter(({ name, attributes }) => name === 'img' && attributes['class'] === 'face')
    .map(({ attributes }) => attributes);

test('a picture uploaded with the plain form is shown everywhere beside its owner', async () => {
  const done = await upload(fileBody(await photo()));
  assert.deepEqual([done.status, done.location], [303, '/account?done=picture']);
  const page = await visitor.follow(done);
  assert.equal(statusOf(page), 'Profile picture updated successfully!');
  const { image_file: file, image_path: path } = await me();
  assert.match(file ?? '', /^[\da-f]{32}\.jpg$/);
  const { id } = await client.post(ann.token);
  for (const address of ['/account', '/', `/posts/${id}`, `/users/${ann.id}/posts`]) {
    const shown = faces(await visitor.get(address));
    // The account page has another one in a template for the client.
    const real = shown.filter(({ src }) => !src?.includes('0'.repeat(32)));
    assert.ok(real.length >= 2, address);
    for (const { src, srcset = '', width, height, alt } of real) {
      assert.equal(src, path, address);
      assert.equal(width, height);
      assert.match(srcset, /64w, .* 128w, .* 300w$/);
      assert.ok(['', "Ann's profile picture"].includes(alt ?? 'none'), address);
      for (const source of srcset.split(', ')) {
        const file = await fetch(server.url + (source.split(' ')[0] ?? ''));
        assert.match(file.headers.get('content-type') ?? '', /^image\/(?:webp|jpeg)$/);
        await file.arrayBuffer();
      }
    }
  }
});

test('the reason why a picture was refused is shown beside the chooser; the old one stays', async () => {
  const { image_file: before } = await me();
  const text = [{ name: 'file', data: 'text' }];
  const good = await plain('#123456').png().toBuffer();
  const two = ['file', 'file'].map((name) => ({ name, filename: 'a.png', data: good }));
  const cases: [string, Uint8Array, number, RegExp][] = [
    ['no picture', fileBody(Buffer.from('dear diary')), 400, new RegExp(RegExp.escape(INVALID))],
    ['half a picture', fileBody(good.subarray(0, 60)), 400, /^Invalid image file/],
    ['an empty file', fileBody(Buffer.alloc(0)), 400, /^Invalid image file/],
    [
      'a large one',
      fileBody(Buffer.alloc(5 * MIB + 1)),
      400,
      /^File too large\. Maximum size is 5MB$/,
    ],
    [
      'a far larger one',
      fileBody(Buffer.alloc(9 * MIB)),
      400,
      /^File too large\. Maximum size is 5MB$/,
    ],
    ['none chosen', multipart([{ name: 'file', filename: '', data: '' }]), 400, /./],
    ['no part of that name', multipart([{ name: 'other', data: 'x' }]), 422, /./],
    ['text in its place', multipart(text), 422, /./],
    ['two files', multipart(two), 422, /./],
    ['a form cut short', fileBody(good).subarray(0, 100), 400, /./],
  ];
  for (const [name, body, status, words] of cases) {
    const page = await upload(body);
    assert.equal(page.status, status, name);
    assert.match(errorsOf(page)['file'] ?? '', words, name);
    assert.equal(valuesOf(page)['username'], 'Ann', 'the page is the whole account page');
    assert.equal(summaryOf(page), '', name);
    assert.equal((await me()).image_file, before, name);
  }
  const urlencoded = await visitor.post('/account/picture', { file: 'x' });
  assert.equal(urlencoded.status, 422);
  assert.match(errorsOf(urlencoded)['file'] ?? '', /./);
});

test('a picture that costs too much is refused in words on the pages, by the contract’s text in the API', async () => {
  const huge = fileBody(resizedJpeg(await photo(), 10_000, 6000));
  const words =
    'This picture is too large to process here: it has 60 megapixels, and the limit is 51. Please choose a smaller one.';
  const page = await upload(huge);
  assert.deepEqual([page.status, errorsOf(page)['file']], [400, words]);
  const script = await upload(huge, { accept: 'application/json' });
  assert.deepEqual([script.status, JSON.parse(script.text)], [400, { detail: words }]);
  const api = await client.api('PATCH', `/api/users/${ann.id}/picture`, {
    token: ann.token,
    body: huge,
    headers: MULTIPART,
  });
  assert.deepEqual([api.status, api.body], [400, { detail: INVALID }]);
});

test('a script gets the result as JSON', async () => {
  const accept = { accept: 'application/json' };
  const taken = await upload(fileBody(await photo({ width: 40, height: 40 })), accept);
  const body = JSON.parse(taken.text) as User & { message: string };
  assert.equal(taken.status, 200);
  const message = 'Profile picture updated successfully!';
  assert.deepEqual(body, { ...(await me()), email: ann.email, message });
  const refused = await upload(fileBody(Buffer.from('x')), accept);
  assert.deepEqual([refused.status, JSON.parse(refused.text)], [400, { detail: INVALID }]);
  const out = await upload(fileBody(Buffer.alloc(100)), accept, createVisitor(server.url));
  assert.deepEqual([out.status, out.text], [401, '{"detail":"Please log in."}']);
});

test('an anonymous visitor is redirected to the login before the file is read', async () => {
  const connection = openRaw(server.url);
  const type = { 'Content-Type': MULTIPART['content-type'] };
  await connection.write(head('POST /account/picture', { ...type, 'Content-Length': 4 * MIB }));
  const answer = await connection.answer;
  connection.destroy();
  assert.equal(answer.status, 303);
  assert.equal(answer.headers['location'], '/login?next=%2Faccount');

  const whole = await upload(fileBody(Buffer.alloc(6 * MIB)), {}, createVisitor(server.url));
  assert.equal(whole.location, '/login?next=%2Faccount', 'who sends all before reading, too');
});

test('an upload from another site is refused before the file is read', async () => {
  const connection = openRaw(server.url);
  const headers = {
    'Content-Type': MULTIPART['content-type'],
    'Content-Length': 4 * MIB,
    Cookie: `session=${visitor.cookies.get('session')}`,
    Origin: 'https://evil.example',
  };
  await connection.write(head('POST /account/picture', headers));
  const answer = await connection.answer;
  connection.destroy();
  assert.equal(answer.status, 403);
});

test('a length above the limit is refused before the file is read', async () => {
  const connection = openRaw(server.url);
  const headers = {
    'Content-Type': MULTIPART['content-type'],
    'Content-Length': 50 * MIB,
    Cookie: `session=${visitor.cookies.get('session')}`,
  };
  await connection.write(head('POST /account/picture', headers));
  const answer = await connection.answer;
  connection.destroy();
  assert.equal(answer.status, 400);
  assert.match(answer.body, /File too large\. Maximum size is 5MB/);
});

test('a picture is removed after a question; a second removal finds none', async () => {
  await upload(fileBody(await photo({ width: 40, height: 40 })));
  const question = await visitor.get('/account/picture/delete');
  assert.match(question.text, /Remove your picture\?/);
  assert.notEqual((await me()).image_file, null);
  const done = await visitor.post('/account/picture/delete');
  assert.equal(done.location, '/account?done=picture-removed');
  const page = await visitor.follow(done);
  assert.equal(statusOf(page), 'Profile picture removed.');
  assert.equal((await me()).image_file, null);
  const again = await visitor.post('/account/picture/delete');
  assert.equal(again.status, 400);
  assert.equal(errorsOf(again)['file'], 'No profile picture to delete');
});

test('the configured limit is in the note and in the refusal', async () => {
  await using small = await startServer({ MAX_UPLOAD_SIZE_BYTES: '2048' });
  const person = await createClient(small.url).person();
  const owner = createVisitor(small.url);
  await owner.signIn(person);
  const { text } = await owner.get('/account');
  assert.match(text, /Maximum file size: 2KB\./);
  const page = await owner.ask('POST', '/account/picture', {
    body: fileBody(Buffer.alloc(2049)),
    headers: MULTIPART,
  });
  assert.equal(errorsOf(page)['file'], 'File too large. Maximum size is 2KB');
});
