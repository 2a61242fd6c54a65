import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDARY, multipart, MULTIPART, type Part } from '../support/multipart.ts';
import { head, openRaw } from '../support/servers/raw.ts';
import type { RawAnswer } from '../support/servers/raw-answer.ts';
import { openBesieged } from '../support/hostile/besieged.ts';

const TYPE = MULTIPART['content-type'];
const DISPOSITION = 'Content-Disposition: form-data; name="file"; filename="a.jpg"';

const { server, ann, picture, good } = await openBesieged();

/** Sends an upload with exactly this type and body; `length` replaces the Content-Length. */
async function upload(type: string, body: Uint8Array, length = body.length): Promise<RawAnswer> {
  const connection = openRaw(server.url);
  const headers = {
    Authorization: `Bearer ${ann.token}`,
    'Content-Type': type,
    'Content-Length': length,
  };
  const bytes = Buffer.from(head(`PATCH /api/users/${ann.id}/picture`, headers), 'latin1');
  await connection.write(Buffer.concat([bytes, body]));
  try {
    return await connection.answer;
  } finally {
    connection.destroy();
  }
}

function assertRefused(answer: RawAnswer, name: string): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status}`);
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/, name);
  assert.deepEqual(Object.keys(JSON.parse(answer.body) as object), ['detail'], name);
}

/** The valid body with another boundary, byte for byte. */
const bounded = (boundary: string) =>
  Buffer.from(good.toString('latin1').replaceAll(BOUNDARY, boundary), 'latin1');
/** A body of one part with exactly this head. */
const part = (lines: string, data: Uint8Array = picture) =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\n${lines}\r\n\r\n`, 'latin1'),
    data,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
const fields = (count: number): Part[] =>
  Array.from({ length: count }, (_, n) => ({ name: `f${n}`, data: 'x' }));
const file = (): Part => ({ name: 'file', filename: 'a.jpg', data: picture });

describe('an invalid boundary is refused before the body is sent', () => {
  const types: Record<string, string> = {
    missing: 'multipart/form-data',
    'missing after a semicolon': 'multipart/form-data;',
    empty: 'multipart/form-data; boundary=',
    'empty in quotes': 'multipart/form-data; boundary=""',
    '71 characters': `multipart/form-data; boundary=${'b'.repeat(71)}`,
    '10,000 characters': `multipart/form-data; boundary=${'b'.repeat(10_000)}`,
    twice: `${TYPE}; boundary=${BOUNDARY}`,
    'twice, differing': `${TYPE}; boundary=other`,
    'with a quote in it': 'multipart/form-data; boundary="a\\"b"',
    'in quotes that do not close': `multipart/form-data; boundary="${BOUNDARY}`,
    'with a space at its end': 'multipart/form-data; boundary="ab "',
    'beyond ASCII': 'multipart/form-data; boundary=gr\xfc\xdfe',
    extended: `multipart/form-data; boundary*=utf-8''${BOUNDARY}`,
    continued: 'multipart/form-data; boundary*0=boundary-of-; boundary*1=the-test',
    'with garbage after it': `${TYPE} garbage`,
    'with parameters that are none': `${TYPE}; =;;;"x`,
    'of a list of types': `${TYPE}, text/plain`,
  };
  for (const [name, type] of Object.entries(types)) {
    test(name, async () => {
      const answer = await upload(type, new Uint8Array(0), 1_000_000);
      assert.deepEqual(
        [answer.status, answer.body],
        [400, '{"detail":"There was an error parsing the body"}'],
      );
    });
  }

  test('two types', async () => {
    const answer = await upload(`${TYPE}\r\nContent-Type: text/plain`, new Uint8Array(0), 1_000);
    assertRefused(answer, 'two types');
  });
});

describe('bodies that are not an upload get a 4xx', () => {
  const end = BOUNDARY.length + 6;
  const bodies: Record<string, () => Uint8Array> = {
    'another boundary': () => bounded('other'),
    'no end boundary': () => good.subarray(0, -end),
    'half an end boundary': () => good.subarray(0, -3),
    'cut in the data': () => good.subarray(0, 250),
    'cut in a part head': () => good.subarray(0, 60),
    'cut in the first boundary': () => good.subarray(0, 10),
    'the first boundary alone': () => Buffer.from(`--${BOUNDARY}\r\n`),
    'the end boundary alone': () => Buffer.from(`--${BOUNDARY}--\r\n`),
    'no part between two boundaries': () => Buffer.from(`--${BOUNDARY}\r\n--${BOUNDARY}--\r\n`),
    'one byte': () => Buffer.from('x'),
    NULs: () => Buffer.alloc(10_000),
    'text of 200 KB before the first part': () =>
      Buffer.concat([Buffer.alloc(200_000, 'x'), Buffer.from('\r\n'), good]),
    'text of 200 KB after the last part': () => Buffer.concat([good, Buffer.alloc(200_000)]),
    'bare line feeds': () =>
      Buffer.from(good.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
    'bare carriage returns': () =>
      Buffer.from(good.toString('latin1').replaceAll('\r\n', '\r'), 'latin1'),
    'a header without a colon': () => part(`garbage\r\n${DISPOSITION}`),
    'a header without a name': () => part(`: x\r\n${DISPOSITION}`),
    'a header of 100 KB': () => part(`X-Big: ${'x'.repeat(100_000)}\r\n${DISPOSITION}`),
    'a header of 100 KB after the name': () => part(`${DISPOSITION}\r\nX: ${'x'.repeat(100_000)}`),
    '10,000 headers': () => part(`${'A: b\r\n'.repeat(10_000)}${DISPOSITION}`),
    '10,000 headers after the name': () => part(`${DISPOSITION}${'\r\nA: b'.repeat(10_000)}`),
    '10,000 headers of different names': () =>
      part(DISPOSITION + Array.from({ length: 10_000 }, (_, n) => `\r\nA${n}: b`).join('')),
    'no disposition': () => part('X: y'),
    'an empty disposition': () => part('Content-Disposition:'),
    'another disposition': () => part(DISPOSITION.replace('form-data', 'attachment')),
    'no name': () => part('Content-Disposition: form-data; filename="a.jpg"'),
    'an empty name': () => part('Content-Disposition: form-data; name=""; filename="a.jpg"'),
    'a name with a carriage return': () => part(DISPOSITION.replace('"file"', '"fi\rle"')),
    'a file name with a carriage return': () => part(DISPOSITION.replace('a.jpg', 'a\r.jpg')),
    'a file name of 100 KB': () => part(DISPOSITION.replace('a.jpg', 'n'.repeat(100_000))),
    'a name of 100 KB': () => part(DISPOSITION.replace('"file"', `"${'n'.repeat(100_000)}"`)),
    'a disposition of 4,000 parameters': () => part(DISPOSITION + '; a=b'.repeat(4_000)),
    '5,000 fields': () => multipart([...fields(5_000), file()]),
    '5,000 files': () => multipart(Array.from({ length: 5_000 }, () => ({ ...file(), data: 'x' }))),
    '101 parts': () => multipart([...fields(100), file()]),
    'a file named __proto__': () => multipart([{ ...file(), name: '__proto__' }]),
    'a file named constructor': () => multipart([{ ...file(), name: 'constructor' }]),
    'fields named like what objects inherit': () =>
      multipart(['__proto__', 'constructor', 'toString'].map((name) => ({ name, data: 'x' }))),
    'a field of 3 MB before the file': () =>
      multipart([{ name: 'x', data: 'x'.repeat(3_000_000) }, file()]),
    'a field of 3 MB after the file': () =>
      multipart([file(), { name: 'x', data: 'x'.repeat(3_000_000) }]),
    '80 fields that are too much together': () =>
      multipart([...fields(80).map((one) => ({ ...one, data: 'x'.repeat(65_000) })), file()]),
    'two files': () => multipart([file(), file()]),
    'a file in an unknown charset, as a text': () =>
      part(
        'Content-Disposition: form-data; name="file"\r\nContent-Type: text/plain; charset=__proto__',
      ),
    'the file encoded in base64': () =>
      part(
        `${DISPOSITION}\r\nContent-Transfer-Encoding: base64`,
        Buffer.from(picture.toString('base64')),
      ),
    'a body within a body': () =>
      part(
        'Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=in',
        Buffer.from('--in\r\nContent-Disposition: file; filename="a.jpg"\r\n\r\nx\r\n--in--'),
      ),
    'a body within the file': () =>
      part(`${DISPOSITION}\r\nContent-Type: multipart/mixed; boundary=in`, bounded('in')),
  };
  for (const [name, body] of Object.entries(bodies)) {
    test(name, async () => {
      assertRefused(await upload(TYPE, body()), name);
      // It may also never end: the sender leaves, or is refused.
      const connection = openRaw(server.url);
      await connection.write(body());
      connection.destroy();
    });
  }
});

describe('odd but clear bodies are accepted', () => {
  const uploads: Record<string, () => [string, Uint8Array]> = {
    'a boundary of 70 characters': () => [
      `multipart/form-data; boundary=${'b'.repeat(70)}`,
      bounded('b'.repeat(70)),
    ],
    'a boundary in quotes, with all that may be in one': () => {
      const boundary = "a'()+_,-./:=? z%41";
      return [`multipart/form-data; boundary="${boundary}"`, bounded(boundary)];
    },
    'names in capitals': () => [`Multipart/FORM-data;BOUNDARY=${BOUNDARY} ;`, good],
    'another parameter': () => [`multipart/form-data; charset="utf-8"; boundary=${BOUNDARY}`, good],
    'text before and after': () => [
      TYPE,
      Buffer.concat([Buffer.from('before\r\n'), good, Buffer.from('after '.repeat(500))]),
    ],
    'another body after the end': () => [TYPE, Buffer.concat([good, good])],
    'a folded header': () => [TYPE, part(DISPOSITION.replaceAll('; ', ';\r\n '))],
    'a NUL in the file name': () => [TYPE, part(DISPOSITION.replace('a.jpg', 'a\0.jpg'))],
    'a path as the file name': () => [
      TYPE,
      part(DISPOSITION.replace('a.jpg', '../../../etc/passwd')),
    ],
    'an empty file name': () => [TYPE, part(DISPOSITION.replace('a.jpg', ''))],
    'an extended file name': () => [
      TYPE,
      part(`Content-Disposition: form-data; name="file"; filename*=UTF-8''%e2%82%ac.jpg`),
    ],
    'an extended file name that does not decode': () => [
      TYPE,
      part(`Content-Disposition: form-data; name="file"; filename*=klingon'x'%zz%ff%`),
    ],
    'a type of the part that is none': () => [
      TYPE,
      part(`${DISPOSITION}\r\nContent-Type: __proto__; constructor=x\r\n__proto__: x`),
    ],
    'a field named __proto__ beside the file': () => [
      TYPE,
      multipart([{ name: '__proto__', data: 'x' }, file()]),
    ],
  };
  for (const [name, make] of Object.entries(uploads)) {
    test(name, async () => {
      const answer = await upload(...make());
      assert.equal(answer.status, 200, answer.body);
      const { image_file } = JSON.parse(answer.body) as { image_file: string };
      assert.match(image_file, /^[\da-f]{32}\.jpg$/);
    });
  }
});
