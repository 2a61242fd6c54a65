import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertError, assertUnauthorized } from '../../support/client.ts';
import type { User } from '../../support/client.ts';
import { assertInvalid, notAnInteger } from '../../support/field-errors.ts';
import { readJpeg } from '../../support/pictures/jpeg.ts';
import { filesOf, mediaFiles } from '../../support/pictures/media-files.ts';
import { fileBody, multipart, MULTIPART } from '../../support/multipart.ts';
import type { Part } from '../../support/multipart.ts';
import { gif, photo, png, webp } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';

const LIMIT = 5 * 1024 * 1024;
const TOO_LARGE = 'File too large. Maximum size is 5MB';
const INVALID = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const small = await photo({ width: 40, height: 30 });

const path = (id: number | string = ann.id) => `/api/users/${id}/picture`;
const put = (body: Uint8Array, headers: Record<string, string> = MULTIPART) =>
  client.api<User>('PATCH', path(), { token: ann.token, body, headers });
const upload = (picture: Uint8Array) => put(fileBody(picture));
const remove = () => client.api<User>('DELETE', path(), { token: ann.token });
/** A picture with zeros after its end, which decoders ignore. */
const padded = (length: number) => Buffer.concat([small, Buffer.alloc(length - small.length)]);

async function pictureOf(user: User): Promise<Buffer> {
  const response = await fetch(server.url + user.image_path);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

describe('a good picture', () => {
  test('is answered with the user, kept as a JPEG of 300 × 300 and served', async () => {
    const answer = await upload(await photo({ width: 640, height: 480, orientation: 6 }));
    assert.equal(answer.status, 200, answer.text);
    const { image_file } = answer.body;
    assert.match(image_file ?? '', /^[0-9a-f]{32}\.jpg$/);
    const expected = {
      id: ann.id,
      username: 'Ann',
      image_file,
      image_path: `/media/profile_pics/${image_file}`,
      email: ann.email,
    };
    assert.equal(answer.text, JSON.stringify(expected));
    const jpeg = readJpeg(await pictureOf(answer.body));
    assert.deepEqual([jpeg.width, jpeg.height, jpeg.components], [300, 300, 3]);
    // At most a JFIF header: no EXIF, no profile, no comment.
    assert.deepEqual(
      jpeg.segments.filter((marker) => marker !== 0xe0),
      [],
    );
    const { body } = await client.api<User>('GET', `/api/users/${ann.id}`);
    assert.equal(body.image_file, image_file);
  });

  test('may be any of the four formats, whatever its name and type say', async () => {
    const size = { width: 50, height: 20 };
    for (const picture of [await photo(size), await png(size), await gif(size), await webp(size)]) {
      const file: Part = {
        name: 'file',
        filename: '../../etc/passwd.svg',
        headers: ['Content-Type: image/svg+xml'],
        data: picture,
      };
      const answer = await put(multipart([file]));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(readJpeg(await pictureOf(answer.body)).width, 300);
    }
  });

  test('replaces the one before, whose files are gone by the answer', async () => {
    const first = (await upload(small)).body.image_file ?? '';
    const second = (await upload(small)).body.image_file ?? '';
    assert.notEqual(first, second);
    assert.deepEqual(await filesOf(server.dataDir, first), []);
    const files = await filesOf(server.dataDir, second);
    assert.ok(files.includes(`profile_pics/${second}`));
    assert.deepEqual(await mediaFiles(server.dataDir), files);
    assert.equal((await client.api('GET', `/media/profile_pics/${first}`)).status, 404);
  });

  test('stays after a bad one', async () => {
    const { image_file } = (await upload(small)).body;
    assertError(await upload(Buffer.from('no picture')), 400, INVALID);
    assertError(await upload(padded(LIMIT + 1)), 400, TOO_LARGE);
    const { body } = await client.api<User>('GET', `/api/users/${ann.id}`);
    assert.equal(body.image_file, image_file);
    assert.deepEqual(
      await mediaFiles(server.dataDir),
      await filesOf(server.dataDir, image_file ?? ''),
    );
  });

  test('may come with unknown fields beside it', async () => {
    const beside = ['before', 'username'].map((name) => ({ name, data: 'x' }));
    const file = { name: 'file', filename: 'é.jpg', data: small };
    const answer = await put(multipart([...beside, file]));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.username, 'Ann');
  });

  test('is removed with all its files, once', async () => {
    const { image_file } = (await upload(small)).body;
    const answer = await remove();
    const expected = {
      id: ann.id,
      username: 'Ann',
      image_file: null,
      image_path: '/static/profile_pics/default.jpg',
      email: ann.email,
    };
    assert.deepEqual([answer.status, answer.text], [200, JSON.stringify(expected)]);
    assert.deepEqual(await filesOf(server.dataDir, image_file ?? ''), []);
    assertError(await remove(), 400, 'No profile picture to delete');
  });

  test('shows beside the posts of its owner', async () => {
    const post = await client.post(ann.token);
    const { image_file, image_path } = (await upload(small)).body;
    const { body } = await client.api<{ author: User }>('GET', `/api/posts/${post.id}`);
    assert.deepEqual(body.author, { id: ann.id, username: 'Ann', image_file, image_path });
  });

  test('goes with the account', async () => {
    const gone = await client.person();
    const sent = { token: gone.token, body: fileBody(small), headers: MULTIPART };
    const { image_file } = (await client.api<User>('PATCH', path(gone.id), sent)).body;
    assert.equal(
      (await client.api('DELETE', `/api/users/${gone.id}`, { token: gone.token })).status,
      204,
    );
    assert.deepEqual(await filesOf(server.dataDir, image_file ?? ''), []);
  });
});

describe('whose picture it is', () => {
  test("another's picture is out of reach, whether the other exists or not", async () => {
    const post = await client.post(bob.token);
    for (const id of [bob.id, 999_999]) {
      const sent = { token: ann.token, body: fileBody(small), headers: MULTIPART };
      const change = await client.api('PATCH', path(id), sent);
      assertError(change, 403, "Not authorized to update this user's picture");
      const removal = await client.api('DELETE', path(id), { token: ann.token });
      assertError(removal, 403, "Not authorized to delete this user's picture");
    }
    const { body } = await client.api<{ author: User }>('GET', `/api/posts/${post.id}`);
    assert.equal(body.author.image_file, null);
  });

  test('nothing is read without a token or with a bad path', async () => {
    const sent = { body: fileBody(small), headers: MULTIPART };
    assertUnauthorized(await client.api('PATCH', path(), sent), 'Not authenticated');
    assertUnauthorized(await client.api('PATCH', path('abc'), sent), 'Not authenticated');
    assertUnauthorized(await client.api('DELETE', path()), 'Not authenticated');
    const authenticated = { ...sent, token: ann.token };
    const odd = await client.api('PATCH', path('abc'), authenticated);
    assertInvalid(odd, [notAnInteger(['path', 'user_id'], 'abc')]);
  });
});
