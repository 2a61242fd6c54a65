import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertError, createClient } from '../../support/client.ts';
import type { User } from '../../support/client.ts';
import { assertInvalid, missing } from '../../support/field-errors.ts';
import { filesOf, mediaFiles } from '../../support/pictures/media-files.ts';
import { fileBody, multipart, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';

const LIMIT = 5 * 1024 * 1024;
const TOO_LARGE = 'File too large. Maximum size is 5MB';
const INVALID = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';
const FILE = ['body', 'file'];

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const small = await photo({ width: 40, height: 30 });

const path = (id: number | string = ann.id) => `/api/users/${id}/picture`;
const put = (body: Uint8Array, headers: Record<string, string> = MULTIPART) =>
  client.api<User>('PATCH', path(), { token: ann.token, body, headers });
const upload = (picture: Uint8Array) => put(fileBody(picture));
/** A picture with zeros after its end, which decoders ignore. */
const padded = (length: number) => Buffer.concat([small, Buffer.alloc(length - small.length)]);

describe('what is not one file of a picture', () => {
  test('without a file, the field is missing, whatever else is sent', async () => {
    const other = { name: 'picture', filename: 'a.jpg', data: small };
    const json = { 'content-type': 'application/json' };
    const answers = [
      await client.api('PATCH', path(), { token: ann.token }),
      await put(new Uint8Array(0)),
      await put(multipart([])),
      await put(multipart([other])),
      await put(multipart([{ name: 'z', data: 'y' }])),
      await put(multipart([{ name: '__proto__', data: 'y' }])),
      await put(multipart([{ name: '__proto__', filename: 'a.jpg', data: small }])),
      await put(multipart([{ name: 'constructor', filename: 'a.jpg', data: small }])),
      await put(Buffer.from('{"file":"x"}'), json),
      await put(Buffer.from('{'), json),
      await put(small, { 'content-type': 'image/jpeg' }),
      await put(small, {}),
      await put(Buffer.from('file=x'), { 'content-type': 'application/x-www-form-urlencoded' }),
    ];
    for (const answer of answers) assertInvalid(answer, [missing(FILE)]);
  });

  test('two files, or text instead of the file, are a wrong field', async () => {
    const file = { name: 'file', filename: 'a.jpg', data: small };
    const bodies = [
      multipart([file, file]),
      multipart([file, { ...file, name: 'other' }]),
      multipart([{ name: 'file', data: small.toString('base64') }]),
      multipart([{ name: 'file', data: '' }]),
      multipart([file, { name: 'file', data: 'x' }]),
    ];
    for (const [n, body] of bodies.entries()) {
      const answer = await put(body);
      assert.equal(answer.status, 422, `${n}: ${answer.text}`);
      const { detail } = answer.body as unknown as { detail: { loc: unknown }[] };
      assert.deepEqual(
        detail.map((entry) => entry.loc),
        [FILE],
        String(n),
      );
    }
    const { body } = await client.api<User>('GET', `/api/users/${ann.id}`);
    assert.deepEqual(
      await mediaFiles(server.dataDir),
      body.image_file ? await filesOf(server.dataDir, body.image_file) : [],
    );
  });

  test('bytes that are not a picture in one of the four formats', async () => {
    const tiff = Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(100)]);
    const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic'), Buffer.alloc(100)]);
    const files = [
      Buffer.alloc(0),
      Buffer.from('text'),
      Buffer.alloc(1000),
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      Buffer.from('%PDF-1.7\n'),
      tiff,
      heic,
      small.subarray(0, 20),
      small.subarray(0, small.length / 2),
      Buffer.from('GIF89a'),
      Buffer.from('RIFF\0\0\0\0WEBP'),
    ];
    for (const [n, file] of files.entries()) {
      const answer = await upload(file);
      assert.equal(answer.text, JSON.stringify({ detail: INVALID }), String(n));
      assertError(answer, 400, INVALID);
    }
  });
});

describe('the limit', () => {
  test('exactly the limit passes, one byte more does not', async () => {
    assert.equal((await upload(padded(LIMIT))).status, 200);
    assertError(await upload(padded(LIMIT + 1)), 400, TOO_LARGE);
    assertError(await upload(padded(6_000_000)), 400, TOO_LARGE);
  });

  test('the same without a Content-Length', async () => {
    const stream = (length: number) =>
      client.api('PATCH', path(), {
        token: ann.token,
        headers: MULTIPART,
        body: new Blob([fileBody(padded(length))]).stream(),
      });
    assert.equal((await stream(LIMIT)).status, 200);
    assertError(await stream(LIMIT + 1), 400, TOO_LARGE);
  });

  test('other fields and long names do not count towards the file’s limit', async () => {
    const body = multipart([
      { name: 'note', data: 'x'.repeat(1000) },
      { name: 'file', filename: `${'n'.repeat(1000)}.jpg`, data: padded(LIMIT) },
    ]);
    assert.equal((await put(body)).status, 200);
  });

  test('the message gives the limit in whole MB, in KB below one', async () => {
    for (const [bytes, words] of [
      [2 * 1024 * 1024, '2MB'],
      [512 * 1024, '512KB'],
    ] as const) {
      await using other = await startServer({ MAX_UPLOAD_SIZE_BYTES: String(bytes) });
      const their = createClient(other.url);
      const cat = await their.person();
      const send = (length: number) =>
        their.api('PATCH', path(cat.id), {
          token: cat.token,
          headers: MULTIPART,
          body: fileBody(padded(length)),
        });
      assert.equal((await send(bytes)).status, 200);
      assertError(await send(bytes + 1), 400, `File too large. Maximum size is ${words}`);
    }
  });
});
