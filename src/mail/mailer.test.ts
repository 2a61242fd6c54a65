import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createTransport } from 'nodemailer';
import pino from 'pino';
import { readConfig, type Config } from '../config.ts';
import { CERTIFICATE } from '../../test/support/servers/certificate.ts';
import { mails } from '../../test/support/servers/outbox.ts';
import { smtpServer } from '../../test/support/servers/smtp-server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createMailer, smtpOptions } from './mailer.ts';

const MAIL = {
  to: 'lois@example.org',
  subject: 'Grüße',
  text: 'Hi Loïs,\n\nhttp://localhost:8000/reset-password?token=secret\n',
  html: '<p>Hi Loïs</p>',
};
const NEVER = new AbortController().signal;
const silent = pino({ level: 'silent' });

async function configure(t: TestContext, env: Record<string, string | number>): Promise<Config> {
  const folder = await temporaryFolder(t);
  const texts = Object.entries(env).map(([name, value]) => [name, String(value)]);
  return readConfig(Object.fromEntries(texts) as Record<string, string>, folder);
}

async function mailerFor(t: TestContext, port: number, env: Record<string, string> = {}) {
  const config = await configure(t, { MAIL_SERVER: '127.0.0.1', MAIL_PORT: port, ...env });
  return createMailer(config, silent);
}

test('a mail arrives over STARTTLS after a login, with its text', async (t) => {
  const { port, received } = await smtpServer(t, { authOptional: false });
  const mailer = await mailerFor(t, port, {
    MAIL_USERNAME: 'clark',
    MAIL_PASSWORD: 'kent',
    MAIL_FROM: 'noreply@example.com',
    SITE_NAME: 'The Daily Planet',
  });
  assert.equal(mailer.enabled, true);
  await mailer.send(MAIL, NEVER);
  const [{ mail, raw: _, ...envelope } = assert.fail('nothing arrived')] = received;
  assert.deepEqual(envelope, {
    secure: true,
    user: 'clark',
    from: 'noreply@example.com',
    to: ['lois@example.org'],
  });
  assert.match(mail, /^From: The Daily Planet <noreply@example\.com>$/m);
  assert.match(mail, /^To: lois@example\.org$/m);
  assert.match(mail, /^Auto-Submitted: auto-generated$/m);
  assert.ok(mail.includes(MAIL.text));
  assert.ok(mail.includes(MAIL.html));
});

test('a sender with a name of its own keeps it', async (t) => {
  const { port, received } = await smtpServer(t);
  const mailer = await mailerFor(t, port, { MAIL_FROM: 'Perry White <perry@example.com>' });
  await mailer.send(MAIL, NEVER);
  assert.match(received[0]?.mail ?? '', /^From: Perry White <perry@example\.com>$/m);
  assert.equal(received[0]?.from, 'perry@example.com');
});

test('the server is greeted with the name that the configuration gives', async (t) => {
  const names: string[] = [];
  const { port } = await smtpServer(t, {
    onMailFrom: (_address, { hostNameAppearsAs }, done) => {
      names.push(hostNameAppearsAs);
      done();
    },
  });
  for (const env of [{ MAIL_HELO_NAME: 'mail.example.org' }, { MAIL_HELO_NAME: '' }]) {
    const mailer = await mailerFor(t, port, { FRONTEND_URL: 'https://blog.example.org', ...env });
    await mailer.send(MAIL, NEVER);
  }
  assert.deepEqual(names, ['mail.example.org', 'blog.example.org']);
});

test('a server without STARTTLS gets nothing when it is required', async (t) => {
  const { port, received } = await smtpServer(t, { disabledCommands: ['STARTTLS'] });
  const mailer = await mailerFor(t, port);
  await assert.rejects(mailer.send(MAIL, NEVER), { code: 'ETLS' });
  assert.equal(received.length, 0);
});

test('MAIL_USE_TLS=false leaves STARTTLS alone', async (t) => {
  const { port, received } = await smtpServer(t);
  const mailer = await mailerFor(t, port, { MAIL_USE_TLS: 'false' });
  await mailer.send(MAIL, NEVER);
  assert.equal(received[0]?.secure, false);
});

// 0.0.0.0 reaches this machine too, but is not one of the exempt names.
test('certificates are checked except on loopback', async (t) => {
  const { port, received } = await smtpServer(t);
  const mailer = await mailerFor(t, port, { MAIL_SERVER: '0.0.0.0' });
  await assert.rejects(mailer.send(MAIL, NEVER), /self-signed certificate/);
  assert.equal(received.length, 0);

  const trusted = getCACertificates();
  t.after(() => setDefaultCACertificates(trusted));
  setDefaultCACertificates([...trusted, CERTIFICATE]);
  await mailer.send(MAIL, NEVER);
  assert.equal(received[0]?.secure, true);
});

test('port 465 means TLS from the first byte, whatever MAIL_USE_TLS says', async (t) => {
  const { port, received } = await smtpServer(t, { secure: true });
  for (const MAIL_USE_TLS of ['true', 'false']) {
    const env = { MAIL_SERVER: 'localhost', MAIL_PORT: 465, MAIL_USE_TLS };
    const options = smtpOptions(await configure(t, env));
    // Only root may listen on 465.
    await createTransport({ ...options, port }).sendMail({ from: 'a@example.org', ...MAIL });
  }
  assert.deepEqual(
    received.map(({ secure }) => secure),
    [true, true],
  );
});

test('a wrong password sends nothing', async (t) => {
  const { port, received } = await smtpServer(t);
  const mailer = await mailerFor(t, port, { MAIL_USERNAME: 'clark', MAIL_PASSWORD: 'lane' });
  await assert.rejects(mailer.send(MAIL, NEVER), { code: 'EAUTH' });
  assert.equal(received.length, 0);
});

test("a refusal is the server's own words", async (t) => {
  const { port } = await smtpServer(t, {
    onRcptTo: (_address, _session, done) => done(new Error('No such person here')),
  });
  const mailer = await mailerFor(t, port);
  await assert.rejects(mailer.send(MAIL, NEVER), /No such person here/);
});

test('no value starts a header or adds a recipient', async (t) => {
  const { port, received } = await smtpServer(t);
  const mailer = await mailerFor(t, port, { SITE_NAME: 'Planet\r\nBcc: a@example.org' });
  await mailer.send({ ...MAIL, subject: 'Hi\r\nBcc: b@example.org\r\n\r\nBody' }, NEVER);
  for (const to of ['lois@example.org, c@example.org', 'lois@example.org\r\nBcc: d@example.org']) {
    await mailer.send({ ...MAIL, to }, NEVER).catch(() => undefined);
  }
  assert.ok(received.length >= 1);
  for (const { to, raw } of received) {
    assert.equal(to.length, 1);
    assert.doesNotMatch(raw, /^Bcc:/im);
  }
  assert.deepEqual(received[0]?.to, ['lois@example.org']);
});

test('a mail that the server does not accept is dropped when the signal is aborted', async (t) => {
  const connected = Promise.withResolvers<void>();
  const { port } = await smtpServer(t, { onConnect: () => connected.resolve() });
  const mailer = await mailerFor(t, port);
  const stop = new AbortController();
  const sending = assert.rejects(mailer.send(MAIL, stop.signal), { name: 'AbortError' });
  await connected.promise;
  stop.abort();
  await sending;
});

test('without a server a mail is a file that only its owner can read, and no log holds the link', async (t) => {
  const config = await configure(t, { MAIL_FROM: 'noreply@example.com' });
  const lines = new PassThrough();
  const mailer = createMailer(config, pino({ level: 'trace' }, lines));
  assert.equal(mailer.enabled, false);
  await mailer.send(MAIL, NEVER);
  const [name = assert.fail('no file'), ...others] = await readdir(config.outboxDir);
  assert.deepEqual(others, []);
  assert.match(name, /^\d{8}T\d{9}Z-[\da-f]{8}\.eml$/);
  assert.equal((await stat(config.outboxDir)).mode & 0o777, 0o700);
  assert.equal((await stat(join(config.outboxDir, name))).mode & 0o777, 0o600);
  const [mail = ''] = await mails(config.DATA_DIR);
  assert.match(mail, /^To: lois@example\.org$/m);
  assert.ok(mail.includes('http://localhost:8000/reset-password?token=secret\n'));
  const log = await text(lines.end());
  assert.ok(log.includes(name));
  assert.ok(!log.includes('secret'));
});

test('an outbox that cannot be written is an error', async (t) => {
  const config = await configure(t, {});
  await mkdir(config.DATA_DIR, { recursive: true });
  await writeFile(config.outboxDir, '');
  await assert.rejects(createMailer(config, silent).send(MAIL, NEVER), { code: 'EEXIST' });
});
