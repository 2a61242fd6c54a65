import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MULTIPART } from '../support/multipart.ts';
import { head, openRaw } from '../support/servers/raw.ts';
import type { RawAnswer } from '../support/servers/raw-answer.ts';
import { exchange, receive } from '../support/hostile/exchange.ts';
import { openBesieged } from '../support/hostile/besieged.ts';

const { server, ann, good } = await openBesieged();

const LIST = 'GET /api/posts HTTP/1.1';
/** A head with exactly these lines. */
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;
const many = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n));
const upload = (...more: string[]) =>
  lines(
    `PATCH /api/users/${ann.id}/picture HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${ann.token}`,
    `Content-Type: ${MULTIPART['content-type']}`,
    ...more,
  );
const chunk = () => `${good.length.toString(16)}\r\n${good.toString('latin1')}\r\n`;
const chunked = (body: string, ...more: string[]) =>
  upload('Transfer-Encoding: chunked', ...more) + body;

function assertDetail(answer: RawAnswer): void {
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.deepEqual(Object.keys(JSON.parse(answer.body) as object), ['detail']);
}

/** Each gets this status in the API's format, before any of the body is sent. */
function refused(status: number, requests: Record<string, () => string>): void {
  for (const [name, bytes] of Object.entries(requests)) {
    test(name, async () => {
      const answer = await exchange(server.url, bytes());
      assert.ok(answer);
      assert.equal(answer.status, status, answer.body);
      assertDetail(answer);
    });
  }
}

describe('an invalid length', () => {
  const announced = (length: string) => () => upload(`Content-Length: ${length}`) + 'xxxxx';
  refused(400, {
    '10 GB': announced('10000000000'),
    '2^64': announced('18446744073709551616'),
    'thirty digits': announced('1'.repeat(30)),
    negative: announced('-1'),
    'with a plus': announced('+5'),
    hexadecimal: announced('0x5'),
    'with an underscore': announced('1_0'),
    'of two numbers': announced('5, 5'),
    empty: announced(''),
    'twice the same': () => upload('Content-Length: 5', 'Content-Length: 5') + 'xxxxx',
    'twice, differing': () => upload('Content-Length: 5', 'Content-Length: 6') + 'xxxxx',
  });
});

describe('requests that could be read in two ways and smuggle another', () => {
  const coded = (coding: string) => () => upload(`Transfer-Encoding: ${coding}`);
  refused(400, {
    'a length and chunks': () => chunked('0\r\n\r\n', 'Content-Length: 5'),
    'chunks and a length': () => upload('Content-Length: 5', 'Transfer-Encoding: chunked'),
    'chunks that are none': coded('xchunked'),
    'chunks within': coded('chunked, gzip'),
    'chunks, packed': coded('gzip, chunked'),
    'chunks of chunks': coded('chunked, chunked'),
    'no chunks': coded('identity'),
    'a coding left empty': coded(''),
    'a coding behind a control character': coded('\x0bchunked'),
    'a space before the colon': () => upload('Transfer-Encoding : chunked'),
    'two codings': () => upload('Transfer-Encoding: chunked', 'Transfer-Encoding: identity'),
    'chunks in HTTP/1.0': () => chunked('').replace('HTTP/1.1', 'HTTP/1.0'),
    'no length in HTTP/1.0': () =>
      upload().replace('HTTP/1.1', 'HTTP/1.0') + good.toString('latin1'),
    'two hosts': () => lines(LIST, 'Host: a', 'Host: b'),
    'two tokens': () =>
      lines(LIST, 'Host: a', 'Authorization: Bearer a', 'Authorization: Bearer b'),
  });
});

describe('chunks', () => {
  refused(400, {
    'a size that is none': () => chunked('zz\r\n'),
    'a negative size': () => chunked('-1\r\nx\r\n'),
    'a size with a prefix': () => chunked('0x5\r\nhello\r\n0\r\n\r\n'),
    'a size of 68 bits': () => chunked('fffffffffffffffff\r\nx'),
    'data longer than its size': () => chunked('5\r\nhelloXX0\r\n\r\n'),
    'bare line feeds': () => chunked('5\nhello\n0\n\n'),
    'an extension of 100 KB': () =>
      chunked(chunk().replace('\r\n', `;a=${'b'.repeat(100_000)}\r\n`)),
    'an extension that does not close': () => chunked(chunk().replace('\r\n', ';a="b\r\n')),
    'a length as a trailer': () => chunked(`${chunk()}0\r\nContent-Length: 5\r\n\r\n`),
    'a trailer without a colon': () => chunked(`${chunk()}0\r\nnothing\r\n\r\n`),
  });
  refused(431, {
    'a trailer of 100 KB': () => chunked(`${chunk()}0\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`),
    '5,000 trailers': () => chunked(`${chunk()}0\r\n${'X: y\r\n'.repeat(5_000)}\r\n`),
  });
});

describe('a compressed body is refused before it is sent', () => {
  const packed = (coding: string) => () =>
    upload(`Content-Encoding: ${coding}`, 'Content-Length: 1000000');
  refused(415, {
    gzip: packed('gzip'),
    br: packed('br'),
    'of no known kind': packed('unknown'),
    'as nothing': packed(''),
    twice: () => upload('Content-Encoding: gzip', 'Content-Encoding: gzip', 'Content-Length: 1000'),
    'JSON that is packed': () =>
      head('POST /api/users', { 'Content-Encoding': 'gzip', 'Content-Length': 1_000_000 }),
    'a form that is packed': () =>
      head('POST /api/users/token', {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Encoding': 'gzip',
        'Content-Length': 1_000_000,
      }),
  });
});

describe('heads', () => {
  refused(417, {
    'another expectation': () => upload('Expect: 200-maybe', 'Content-Length: 1000'),
    'one of two': () => upload('Expect: 100-continue, x', 'Content-Length: 1000'),
  });
  refused(431, {
    'a request line of 100 KB': () => lines(`GET /api/posts?${'x'.repeat(100_000)} HTTP/1.1`),
    'a header of 100 KB': () => lines(LIST, `X: ${'x'.repeat(100_000)}`),
    'a name of 100 KB': () => lines(LIST, `${'x'.repeat(100_000)}: x`),
    '2,000 headers': () => lines(LIST, 'Host: a', ...many(2_000, (n) => `A${n}: b`)),
    // More than Node keeps: a Content-Length after them must not be lost.
    '2,500 short headers, then a length': () =>
      lines(LIST, 'Host: a', ...many(2_500, () => 'A:'), 'Content-Length: 5'),
  });
  refused(400, {
    'HTTP/0.9, the version unsaid': () => 'GET /api/posts\r\n\r\n',
    'HTTP/0.9': () => lines('GET /api/posts HTTP/0.9', 'Host: a'),
    'HTTP/1.2': () => lines('GET /api/posts HTTP/1.2', 'Host: a'),
    'HTTP/2.0': () => lines('GET /api/posts HTTP/2.0', 'Host: a'),
    'a method in small letters': () => lines('get /api/posts HTTP/1.1', 'Host: a'),
    'a method of no kind': () => lines('FOO /api/posts HTTP/1.1', 'Host: a'),
    'a path without a slash': () => lines('GET api/posts HTTP/1.1', 'Host: a'),
    'a NUL in the path': () => lines('GET /api/\0posts HTTP/1.1', 'Host: a'),
    'a path beyond ASCII': () => lines('GET /api/p\xc3\xb6sts HTTP/1.1', 'Host: a'),
    'no host': () => lines(LIST),
    'a host that is none': () => lines(LIST, 'Host: a b/c?<>'),
    'a host with a path': () => lines(LIST, 'Host: a/b'),
    'a host with a user': () => lines(LIST, 'Host: a@b'),
    'a NUL in a header': () => lines(LIST, 'Host: a', 'X: a\0b'),
    'a NUL in a name': () => lines(LIST, 'Host: a', 'X\0: b'),
    'a bare carriage return': () => lines(LIST, 'Host: a', 'X: a\rb'),
    'bare line feeds': () => `${LIST}\nHost: a\n\n`,
    'a folded header': () => lines(LIST, 'Host: a', 'X: a', ' b'),
    'a space in a name': () => lines(LIST, 'Host: a', 'X Y: a'),
    'no colon': () => lines(LIST, 'Host: a', 'XY'),
    'a TLS handshake': () =>
      Buffer.from(`16030100c8010000c40303${'00'.repeat(190)}`, 'hex').toString('latin1'),
    'the beginning of HTTP/2': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
    NULs: () => '\0'.repeat(1_000),
  });
  refused(405, {
    'a method that no route has': () => lines('PROPFIND /api/posts HTTP/1.1', 'Host: a'),
    QUERY: () => lines('QUERY /api/posts HTTP/1.1', 'Host: a'),
    TRACE: () => lines('TRACE /api/posts HTTP/1.1', 'Host: a'),
    OPTIONS: () => lines('OPTIONS /api/posts HTTP/1.1', 'Host: a'),
    'the same through a proxy': () => lines('OPTIONS http://a/api/posts HTTP/1.1', 'Host: a'),
  });
  refused(404, {
    'an unknown path as a proxy asks for it': () =>
      lines('GET http://a/api/none HTTP/1.1', 'Host: a'),
  });

  for (const target of ['*', 'ftp://a/api/posts', 'https:/api/posts']) {
    test(`the target ${target} is refused`, async () => {
      assert.equal(
        (await exchange(server.url, lines(`GET ${target} HTTP/1.1`, 'Host: a')))?.status,
        400,
      );
    });
  }

  test('a tunnel is not opened', async () => {
    for (const target of ['a:80', '/api/posts']) {
      assert.equal(
        await exchange(server.url, lines(`CONNECT ${target} HTTP/1.1`, 'Host: a')),
        null,
      );
    }
  });
});

describe('unusual but harmless requests are answered', () => {
  const requests: Record<string, string> = {
    'HTTP/1.0': lines('GET /api/posts HTTP/1.0'),
    'an absolute address': lines('GET http://elsewhere/api/posts HTTP/1.1', 'Host: a'),
    'the same with a user': lines('GET https://u:p@elsewhere:1/api/posts HTTP/1.1', 'Host: a'),
    'an empty host': lines(LIST, 'Host:'),
    'an address of IPv6': lines(LIST, 'Host: [::1]:8000'),
    'a request line of 15 KB': lines(`GET /api/posts?${'x'.repeat(15_000)} HTTP/1.1`, 'Host: a'),
    'bytes beyond ASCII in a header': lines(LIST, 'Host: a', 'X: \xe4\xff'),
    'many cookies': lines(LIST, 'Host: a', `Cookie: __proto__=x; ${'a=b;'.repeat(3_000)}`),
    'an upgrade to a socket': lines(LIST, 'Host: a', 'Connection: Upgrade', 'Upgrade: websocket'),
    'an upgrade to HTTP/2': lines(LIST, 'Host: a', 'Connection: Upgrade', 'Upgrade: h2c'),
    'a body on GET': lines(LIST, 'Host: a', 'Content-Length: 5') + 'hello',
    'a body on GET that is not sent': lines(LIST, 'Host: a', 'Content-Length: 10000000000'),
    'empty lines before the first': '\r\n'.repeat(1_000) + lines(LIST, 'Host: a'),
  };
  for (const [name, bytes] of Object.entries(requests)) {
    test(name, async () => {
      const answer = await exchange(server.url, bytes);
      assert.ok(answer);
      assert.equal(answer.status, 200, answer.body);
      assert.match(answer.body, /^\{"posts":\[\]/);
    });
  }
});

test('a thousand requests in one piece are answered in their order', async () => {
  const wanted = many(1_000, (n) => `no${n}`);
  const received = await receive(
    server.url,
    wanted.map((id) => head(`GET /api/users/${id}`)).join(''),
    '"no999"',
  );
  const ids = [...received.matchAll(/"input":"(no\d+)"/g)].map(([, id]) => id);
  assert.deepEqual(ids, wanted);
});

test('a client that sends even more in one piece is cut', async () => {
  const connection = openRaw(server.url);
  await connection.write(lines('GET /a HTTP/1.1', 'Host:').repeat(20_000));
  await connection.cutOff();
});
