import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { openBlog } from '../../support/blog.ts';
import { assertError, type Person } from '../../support/client.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { multipart, MULTIPART, type Part } from '../../support/multipart.ts';
import { photo, plain } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';
import { createClient } from '../../support/client.ts';
import { createVisitor } from '../../support/visitor.ts';
import { addPicture, type AddedPicture } from '../../support/pictures/added-picture.ts';

interface Picture extends AddedPicture {
  alt: string;
  caption: string;
  bytes: number;
  created_at: string;
}

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const wide = await photo({ width: 2000, height: 1000 });

const file = (data: Buffer = wide): Part => ({ name: 'file', filename: 'a.jpg', data });
const add = (parts: Part[]) =>
  client.api<AddedPicture>('POST', '/api/pictures', {
    token: ann.token,
    body: multipart(parts),
    headers: MULTIPART,
  });
const call = <T = Picture>(method: string, path: string, person: Person = ann, json?: unknown) =>
  client.api<T>(method, path, { token: person.token, ...(json !== undefined && { json }) });
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers, redirect: 'manual' });
const asAnn = { authorization: `Bearer ${ann.token}` };

describe('adding a picture', () => {
  test('answers its id, its reference, its size and its files', async () => {
    const alt: Part = { name: 'alt', data: 'A [wide] view' };
    const caption: Part = { name: 'caption', data: 'On "top"\nof it' };
    // In any order.
    const answer = await add([caption, file(), alt]);
    assert.equal(answer.status, 201, answer.text);
    const { id, urls } = answer.body;
    const key = /[0-9a-f]{32}/.exec(urls.jpeg)?.[0];
    assert.equal(
      answer.text,
      JSON.stringify({
        id,
        markdown: String.raw`![A \[wide\] view](/pictures/${id} "On \"top\" of it")`,
        width: 1920,
        height: 960,
        urls: {
          480: `/media/post_480/${key}.webp`,
          960: `/media/post_960/${key}.webp`,
          1920: `/media/post_1920/${key}.webp`,
          jpeg: `/media/post_jpeg/${key}.jpg`,
        },
      }),
    );
    const shapes = await Promise.all(
      Object.values(urls).map(async (url) => {
        const bytes = Buffer.from(await (await get(url, asAnn)).arrayBuffer());
        const { format, width, height } = await sharp(bytes).metadata();
        return [format, width, height].join(' ');
      }),
    );
    assert.deepEqual(shapes, ['webp 480 240', 'webp 960 480', 'webp 1920 960', 'jpeg 960 480']);
  });

  test('without texts, and for a drawing', async () => {
    const { markdown, id } = await addPicture(client, ann, await plain('#00f').png().toBuffer());
    assert.equal(markdown, `![](/pictures/${id})`);
  });

  test('what is wrong with the file is said in the words of a profile picture', async () => {
    const before = await mediaFiles(server.dataDir);
    const large = Buffer.concat([wide, Buffer.alloc(5 * 1024 * 1024)]);
    assertError(await add([file(large)]), 400, 'File too large. Maximum size is 5MB');
    const invalid = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';
    for (const data of [Buffer.alloc(0), Buffer.from('<svg/>'), wide.subarray(0, 9000)]) {
      assertError(await add([file(data)]), 400, invalid);
    }
    assert.deepEqual(await mediaFiles(server.dataDir), before);
  });

  test('every wrong field is named', async () => {
    const none = await client.api('POST', '/api/pictures', { token: ann.token });
    assert.equal(none.status, 422);
    const long: Part = { name: 'alt', data: 'x'.repeat(501) };
    const nul: Part = { name: 'caption', data: 'a\0b' };
    const { status, body } = await add([long, nul]);
    assert.equal(status, 422);
    const { detail } = body as unknown as { detail: { type: string; loc: string[] }[] };
    assert.deepEqual(
      detail.map(({ type, loc }) => [type, ...loc]),
      [
        ['missing', 'body', 'file'],
        ['string_too_long', 'body', 'alt'],
        ['string_unicode', 'body', 'caption'],
      ],
    );
    const twice = await add([file(), file()]);
    assert.equal(twice.status, 422);
    const other: Part = { name: 'other', filename: 'b.jpg', data: wide };
    assert.equal((await add([file(), other])).status, 422);
  });

  test('needs a token', async () => {
    const answer = await client.api('POST', '/api/pictures', {
      body: multipart([file()]),
      headers: MULTIPART,
    });
    assertError(answer, 401, 'Not authenticated');
  });
});

describe('one’s own pictures', () => {
  test('are listed newest first, read and changed', async () => {
    const eve = await client.person('Eve');
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await addPicture(client, eve, wide)).id);
    const page = await call<{ pictures: Picture[]; total: number; has_more: boolean }>(
      'GET',
      '/api/pictures?limit=2',
      eve,
    );
    assert.deepEqual(Object.keys(page.body), ['pictures', 'total', 'skip', 'limit', 'has_more']);
    assert.deepEqual(
      [page.body.pictures.map(({ id }) => id), page.body.total, page.body.has_more],
      [ids.toReversed().slice(0, 2), 3, true],
    );
    const path = `/api/pictures/${ids[0]}`;
    const patched = await call('PATCH', path, eve, { alt: 'A view', caption: null });
    assert.equal(patched.status, 200, patched.text);
    assert.deepEqual([patched.body.alt, patched.body.caption], ['A view', '']);
    assert.equal(patched.body.markdown, `![A view](/pictures/${ids[0]})`);
    const read = await call('GET', path, eve);
    assert.equal(read.text, patched.text);
    assert.equal(
      Object.keys(read.body).join(),
      'id,markdown,width,height,urls,alt,caption,bytes,created_at',
    );
    assert.equal((await call('PATCH', path, eve, { alt: 5 })).status, 422);
    assert.equal((await call('PATCH', path, eve, { alt: 'x'.repeat(501) })).status, 422);
  });

  test('are not there for anybody else', async () => {
    const { id } = await addPicture(client, ann, wide);
    for (const method of ['GET', 'DELETE']) {
      assertError(await call(method, `/api/pictures/${id}`, bob), 404, 'Picture not found');
    }
    const patch = await call('PATCH', `/api/pictures/${id}`, bob, { alt: 'mine' });
    assertError(patch, 404, 'Picture not found');
    assertError(await call('GET', '/api/pictures/999999'), 404, 'Picture not found');
    assert.equal((await call('GET', '/api/pictures/x')).status, 422);
    assert.equal((await call('GET', `/api/pictures/${id}`)).body.alt, '');
  });

  test('a deleted one is gone from the store, the database and every address', async () => {
    const before = await mediaFiles(server.dataDir);
    const { id, urls } = await addPicture(client, ann, wide);
    assert.equal((await mediaFiles(server.dataDir)).length, before.length + 4);
    assert.equal((await call('DELETE', `/api/pictures/${id}`)).status, 204);
    assert.deepEqual(await mediaFiles(server.dataDir), before);
    assertError(await call('DELETE', `/api/pictures/${id}`), 404, 'Picture not found');
    for (const url of [...Object.values(urls), `/pictures/${id}`]) {
      assert.equal((await get(url, asAnn)).status, 404);
    }
  });
});

test('a person’s pictures take no more than PICTURE_QUOTA_MB', async () => {
  await using small = await startServer({ PICTURE_QUOTA_MB: '1' });
  const guest = createClient(small.url);
  const { token } = await guest.person();
  // About 800 KB in four files.
  const data = await photo({ width: 1920, height: 1920, noise: 120, quality: 40 });
  const send = () =>
    guest.api<{ detail: string }>('POST', '/api/pictures', {
      token,
      body: multipart([file(data)]),
      headers: MULTIPART,
    });
  const answers = [];
  do answers.push(await send());
  while (answers.at(-1)?.status === 201 && answers.length < 20);
  const last = answers.at(-1);
  assert.equal(last?.status, 403, String(last?.text));
  assert.match(
    last?.body.detail ?? '',
    /^Your pictures take \d\.\d MB of the 1 MB that a person may use here\. Delete some first\.$/,
  );
  const kept = (answers.length - 1) * 4;
  assert.equal((await mediaFiles(small.dataDir)).length, kept);
});

describe('a picture that a page’s script sends', () => {
  test('is answered as by the API, and only for a session', async () => {
    const visitor = createVisitor(server.url);
    const sent = {
      body: multipart([file()]),
      headers: { ...MULTIPART, accept: 'application/json' },
    };
    assert.equal((await visitor.ask('POST', '/pictures', sent)).status, 401);
    const bearer = { ...sent, headers: { ...sent.headers, ...asAnn } };
    assert.equal((await visitor.ask('POST', '/pictures', bearer)).status, 401);
    await visitor.signIn(ann);
    const answer = await visitor.ask('POST', '/pictures', sent);
    assert.equal(answer.status, 201, answer.text);
    const { id, urls } = JSON.parse(answer.text) as AddedPicture;
    assert.equal((await call('GET', `/api/pictures/${id}`)).status, 200);
    assert.equal((await visitor.get(urls['480'])).status, 200);
    // A cookie is nothing to the API.
    assert.equal((await visitor.ask('POST', '/api/pictures', sent)).status, 401);
  });
});
