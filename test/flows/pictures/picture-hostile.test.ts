import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { User } from '../../support/client.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { BOUNDARY, fileBody, MULTIPART, multipart } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { head, openRaw } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const small = await photo({ width: 40, height: 30 });

afterEach(async () => {
  assert.equal((await client.api('GET', '/health')).status, 200);
  const path = `/api/users/${ann.id}`;
  const { body } = await client.api<User>('GET', path);
  // Otherwise one stray picture would fail every later test too.
  if (body.image_file) await client.api('DELETE', `${path}/picture`, { token: ann.token });
  assert.equal(body.image_file, null);
  assert.deepEqual(await mediaFiles(server.dataDir), []);
});

const type = (rest: string) => ({ 'content-type': `multipart/form-data${rest}` });
const put = (body: Uint8Array, headers: Record<string, string> = MULTIPART) =>
  client.api('PATCH', `/api/users/${ann.id}/picture`, { token: ann.token, body, headers });

async function refused(body: Uint8Array, headers?: Record<string, string>) {
  const answer = await put(body, headers);
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
  const keys = Object.keys(answer.body ?? {});
  assert.deepEqual(keys, ['detail'], answer.text);
}

const good = () => ({ name: 'file', filename: 'a.jpg', data: small });
const many = (count: number, one: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => one(n));

test('no boundary, or an empty, a different or an overlong one', async () => {
  const body = fileBody(small);
  await refused(body, type(''));
  await refused(body, type('; boundary='));
  await refused(body, type('; boundary=""'));
  await refused(body, type('; boundary=another'));
  const long = 'b'.repeat(5000);
  await refused(multipart([good()], { boundary: long }), type(`; boundary=${long}`));
});

test('garbage after the content type', async () => {
  for (const rest of [
    '; ;;=',
    '; boundary',
    ' garbage',
    ';boundary;=x',
    '; boundary="unclosed',
    '; boundary=x y=z',
  ]) {
    await refused(fileBody(small), type(rest));
  }
});

test('a body that ends too early', async () => {
  await refused(multipart([good()], { end: false }));
  await refused(multipart([{ ...good(), data: small.subarray(0, 100) }], { end: false }));
  const whole = fileBody(small);
  for (const length of [1, 10, 60, 130, whole.length - 3, whole.length - 4]) {
    await refused(whole.subarray(0, length));
  }
});

test('a body that is not multipart at all', async () => {
  await refused(Buffer.from('x'));
  await refused(Buffer.alloc(1_000_000, 'x'));
  await refused(small);
  await refused(Buffer.from(`--${BOUNDARY}--\r\n`));
  await refused(Buffer.from(`--${BOUNDARY}\r\n\r\n\r\n--${BOUNDARY}--\r\n`));
  await refused(
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
  );
});

test('part names of the prototype', async () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', '__proto__[file]']) {
    await refused(multipart([{ ...good(), name }]));
    await refused(multipart([{ name, data: 'x' }]));
  }
});

test('five thousand parts', async () => {
  await refused(multipart(many(5000, (n) => `f${n}`).map((name) => ({ name, data: 'x' }))));
  await refused(
    multipart(many(5000, (n) => `f${n}`).map((name) => ({ ...good(), name, data: 'x' }))),
  );
});

test('ten thousand headers in a part, a header of a megabyte', async () => {
  await refused(multipart([{ ...good(), headers: many(10_000, (n) => `X-${n}: y`) }]));
  await refused(multipart([{ ...good(), headers: [`X: ${'y'.repeat(1_000_000)}`] }]));
  await refused(multipart([{ ...good(), name: 'n'.repeat(100_000) }]));
});

test('a field of three megabytes', async () => {
  await refused(multipart([{ name: 'note', data: 'x'.repeat(3_000_000) }]));
  await refused(multipart([{ name: 'note', data: 'x'.repeat(3_000_000) }, good()]));
  await refused(multipart([{ name: 'file', data: 'x'.repeat(3_000_000) }]));
});

test('a compressed body', async () => {
  await refused(gzipSync(fileBody(small)), { ...MULTIPART, 'content-encoding': 'gzip' });
  await refused(gzipSync(Buffer.alloc(10_000_000)), { ...MULTIPART, 'content-encoding': 'gzip' });
});

test('a sender that disconnects in the middle leaves nothing behind', async () => {
  const body = fileBody(small);
  const cut = [1, 100, body.length - 5].map(async (length) => {
    const connection = openRaw(server.url);
    await connection.write(
      head(`PATCH /api/users/${ann.id}/picture`, {
        ...MULTIPART,
        Authorization: `Bearer ${ann.token}`,
        'Content-Length': body.length,
      }),
    );
    await connection.write(body.subarray(0, length));
    connection.destroy();
    await connection.closed;
  });
  await Promise.all(cut);
});
