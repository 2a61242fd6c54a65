import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { createClient } from '../support/client.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { mails, resetToken } from '../support/servers/outbox.ts';
import { spawnMasthead } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { createVisitor, valuesOf } from '../support/visitor.ts';
import { pixel } from './people.ts';

// test/commands/logging.test.ts covers the API.

/** A process at the most detailed log level, and its output at the end. */
async function logging(t: TestContext, variables: Record<string, string> = {}) {
  const folder = await temporaryFolder(t);
  const service = spawnMasthead(folder, { PORT: '0', LOG_LEVEL: 'trace', ...variables });
  t.after(async () => {
    service.kill('SIGKILL');
    await service.ended;
  });
  const url = await service.url();
  const end = async () => {
    service.kill('SIGTERM');
    return (await service.ended).output;
  };
  return { dataDir: join(folder, 'data'), url, end, output: service.output };
}

function assertUnsaid(output: string, secrets: Record<string, string>): void {
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret.length >= 10, `${name} is ${secret}`);
    for (const written of new Set([
      secret,
      encodeURIComponent(secret),
      secret.replaceAll(' ', '+'),
    ])) {
      const at = output.indexOf(written);
      assert.equal(at, -1, `${name}: ${output.slice(Math.max(0, at - 300), at + 100)}`);
    }
  }
}

test('no page and no form, accepted or refused, puts a secret into the log', async (t) => {
  const { url, dataDir, end } = await logging(t);
  const secrets: Record<string, string> = {
    password: 'first pass phrase',
    second: 'second pass phrase',
    third: 'third pass phrase',
    wrong: 'wrong pass phrase',
    basic: Buffer.from('ann@example.com:first pass phrase').toString('base64'),
  };
  const { password = '', second = '', third = '', wrong = '', basic = '' } = secrets;
  const ann = createVisitor(url);
  const sessions: string[] = [];
  const note = () => sessions.push(ann.cookies.get('session') ?? '');
  const [username, email] = ['Ann', 'ann@example.com'];
  const register = (fields: object) => ann.post('/register', { username, email, ...fields });
  await register({ password, confirm_password: wrong });
  await register({ password, confirm_password: password });
  await register({ password, confirm_password: password });
  await ann.post('/login', { username: email, password: wrong });
  await ann.post('/login', { username: email, password });
  note();
  await ann.get('/account');
  const change = (fields: object) => ann.post('/account/password', { ...fields });
  await change({ current_password: wrong, new_password: second, confirm_password: second });
  await change({ current_password: password, new_password: second, confirm_password: second });
  note();
  await ann.ask('POST', '/account/picture', { body: fileBody(pixel), headers: MULTIPART });
  await ann.ask('POST', '/account/picture', {
    body: fileBody(Buffer.from('x')),
    headers: MULTIPART,
  });
  await ann.post('/account/sessions/end', { session: 'unknown' });
  await ann.post('/forgot-password', { email });
  const reset = await resetToken(dataDir, email);
  const page = await ann.get(`/reset-password?token=${reset}`);
  assert.equal(valuesOf(page)['token'], reset);
  const spend = (fields: object) => ann.post('/reset-password', { token: reset, ...fields });
  await spend({ new_password: third, confirm_password: wrong });
  await spend({ new_password: third, confirm_password: third });
  await spend({ new_password: third, confirm_password: third });

  // Mistakes of people and programs.
  await ann.get(`/login?username=${email}&password=${encodeURIComponent(third)}`);
  await ann.get(`/reset-password/?token=${reset}`);
  await ann.get(`/nothing?token=${reset}#${reset}`);
  await ann.get(`/confirm-email?token=${reset}`);
  await ann.post('/confirm-email', { token: reset });
  await ann.get('/', { referer: `${url}/reset-password?token=${reset}` });
  await ann.get('/api/users/me', { authorization: `Basic ${basic}` });
  await ann.get('/', { 'x-api-key': third, 'user-agent': third });
  await ann.ask('POST', '/login', { body: `{"password":"${third}"` });
  await ann.ask('POST', '/api/users/token', { json: { username: email, password: third } });
  await ann.ask('DELETE', '/login', { form: { password: third } });
  await ann.post(
    '/login',
    { username: email, password: third },
    { origin: 'https://evil.example' },
  );
  await ann.post('/login', { username: email, password: third });
  note();

  // Failures while a secret is being handled.
  const broken = new DatabaseSync(join(dataDir, 'masthead.db'));
  broken.exec('drop table posts; drop table reset_tokens; drop table sessions');
  broken.close();
  // Without a cookie they fail after their body was read.
  const nobody = createVisitor(url);
  const fields = { token: reset, new_password: third, confirm_password: third };
  const failed = [
    await ann.get('/account'),
    await nobody.post('/login', { username: email, password: third }),
    await nobody.post('/reset-password', fields),
    await nobody.ask('POST', '/api/users/reset-password', { json: fields }),
  ];
  assert.deepEqual(new Set(failed.map(({ status }) => status)), new Set([500]));

  const output = await end();
  assert.match(output, /"path":"\/reset-password"/);
  assert.match(output, /"path":"\/confirm-email"/);
  assert.match(output, /no such table/, 'what broke is in the log');
  assert.equal(new Set(sessions).size, 3);
  const cookies = Object.fromEntries(sessions.map((value, at) => [`session ${at}`, value]));
  assertUnsaid(output, { ...secrets, ...cookies, reset });
  assert.doesNotMatch(output, /argon2id/);
});

test('the log holds neither the text of a mail that cannot be sent nor the mail server’s password', async (t) => {
  // It refuses every login and repeats the credentials.
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 mail.example.org ESMTP\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString().trim();
      if (/^EHLO/i.test(line)) socket.write('250-mail.example.org\r\n250 AUTH PLAIN\r\n');
      else socket.write('535 5.7.8 Authentication failed\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const MAIL_PASSWORD = 'password-of-the-mail-server';
  const { url, dataDir, end, output } = await logging(t, {
    MAIL_SERVER: '127.0.0.1',
    MAIL_PORT: String((server.address() as AddressInfo).port),
    MAIL_USE_TLS: 'false',
    MAIL_USERNAME: 'blog',
    MAIL_PASSWORD,
    SECRET_KEY: 'key-that-no-log-may-hold-0123456789',
  });
  const client = createClient(url);
  const { email } = await client.register();
  await client.api('POST', '/api/users/forgot-password', { json: { email } });
  await until('the failure in the log', async () => /mail not sent/.exec(output()) ?? undefined);
  assert.deepEqual(await mails(dataDir), []);
  const log = await end();
  assertUnsaid(log, {
    MAIL_PASSWORD,
    'as SMTP says it': Buffer.from(`\0blog\0${MAIL_PASSWORD}`).toString('base64'),
    SECRET_KEY: 'key-that-no-log-may-hold-0123456789',
    'the link': 'reset-password?token=',
  });
});

test('typed text cannot start a log line', async (t) => {
  const { url, end } = await logging(t);
  const forged = '{"level":30,"msg":"forged line"}';
  const visitor = createVisitor(url);
  await visitor.get(`/x%0d%0a${encodeURIComponent(forged)}`);
  await visitor.get('/', { 'user-agent': forged, 'x-forwarded-for': forged });
  await visitor.post('/login', { username: `x\n${forged}\n`, password: 'x' });
  await visitor.get('/api/users/\u001b[31m\u0007');
  const lines = (await end()).trim().split('\n');
  // Only the printed address and what is said about the blog's owner are not JSON.
  const entries = lines.filter((line) => !/^(?:Masthead is at |http|Open this link )/.test(line));
  assert.ok(entries.length >= 5);
  for (const line of entries) {
    const { msg, time } = JSON.parse(line) as { msg: string; time: number };
    assert.notEqual(msg, 'forged line');
    assert.equal(typeof time, 'number');
    assert.doesNotMatch(line, /\p{Cc}/u);
  }
});
