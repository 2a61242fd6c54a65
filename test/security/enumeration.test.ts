import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import { createClient, type Answer } from '../support/client.ts';
import { countHashes } from '../support/hashes.ts';
import { startServer } from '../support/server.ts';

const { client } = await openBlog();
const ann = await client.person('Ann');

/** Everything a client gets, without times and its own input. */
function seen({ status, headers, text }: Answer, typed: string): string {
  const lines = [...headers].filter(([name]) => !['date', 'content-length', 'etag'].includes(name));
  return JSON.stringify([status, lines, text]).replaceAll(typed, 'TYPED');
}

/** Addresses of no account, some very similar to a real one. */
const NOBODY = ['nobody@example.com', 'p2@example.co', 'ann@example.com', 'q2@example.com'];

const DOORS: Record<string, (email: string) => Promise<Answer>> = {
  'a login by the API': (username) =>
    client.api<unknown>('POST', '/api/users/token', { form: { username, password: 'wrong one' } }),
  'a login by the page': (username) =>
    client.api<unknown>('POST', '/login', { form: { username, password: 'wrong one' } }),
  'a login by a script': (username) =>
    client.api<unknown>('POST', '/login', {
      form: { username, password: 'wrong one' },
      headers: { accept: 'application/json' },
    }),
  'a forgotten password by the API': (email) =>
    client.api<unknown>('POST', '/api/users/forgot-password', { json: { email } }),
  'a forgotten password by the page': (email) =>
    client.api<unknown>('POST', '/forgot-password', { form: { email } }),
};

for (const [name, knock] of Object.entries(DOORS)) {
  test(`${name} does not reveal whether an account exists, and costs as many hashes`, async (t) => {
    const count = countHashes(t);
    const known = seen(await knock(ann.email), ann.email);
    const hashes = count();
    for (const [index, email] of NOBODY.entries()) {
      assert.equal(seen(await knock(email), email), known, email);
      assert.equal(count(), (index + 2) * hashes, email);
    }
  });
}

test('a slow mail server does not reveal it either, because no answer waits for it', async () => {
  // It sends nothing until it is told to.
  const { promise: connection, resolve: connected } = Promise.withResolvers<Socket>();
  const silent = createServer((socket) => connected(socket.on('error', () => {})));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const mail = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port), MAIL_USE_TLS: 'false' };
  const mailing = await startServer({ ...mail, LOG_LEVEL: 'silent' });
  try {
    const other = createClient(mailing.url);
    const { email } = await other.register();
    const answer = await other.api('POST', '/api/users/forgot-password', { json: { email } });
    assert.equal(answer.status, 202);
    // Only now is the mail's connection greeted; an answer that had waited for it would have come
    // when it was given up.
    const socket = await connection;
    socket.write('220 mail.example.org ESMTP\r\n');
    const said = await Promise.race([
      once(socket, 'data').then(([data]) => String(data)),
      once(socket, 'close').then(() => 'closed'),
    ]);
    assert.match(said, /^EHLO /);
  } finally {
    (await connection).destroy();
    silent.close();
    await mailing.stop();
  }
});
