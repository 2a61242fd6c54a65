import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { useRealHashes } from '../support/processes/cheap-hashes.ts';
import { createClient } from '../support/client.ts';
import { resetToken } from '../support/servers/outbox.ts';
import { startServer } from '../support/server.ts';
import { spawnMasthead } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createVisitor } from '../support/visitor.ts';

useRealHashes();

/** Every file below a folder, by its path in it. */
async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [relative(folder, path), await readFile(path)] as const;
  });
  return new Map(await Promise.all(pairs));
}

test('no password, token or session is stored, only hashes', async () => {
  await using server = await startServer();
  const client = createClient(server.url);
  const ann = await client.person('Ann');
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  await client.api('POST', '/api/users/forgot-password', { json: { email: ann.email } });
  const feeds = (await browser.post('/account/feeds')).text;
  const secrets = {
    feeds: /\/feeds\/([\w-]{22})\//.exec(feeds)?.[1] ?? '',
    password: ann.password,
    token: ann.token,
    session: browser.cookies.get('session') ?? '',
    reset: await resetToken(server.dataDir, ann.email),
  };
  const files = await filesIn(server.dataDir);
  const names = [...files.keys()];
  assert.ok(names.includes('masthead.db') && names.includes('masthead.db-wal'), names.join());
  for (const [name, bytes] of files) {
    for (const [what, secret] of Object.entries(secrets)) {
      assert.ok(secret.length > 10);
      // Without a mail server the mail itself is here, readable only by its owner.
      if (what === 'reset' && /^outbox\/.*\.eml$/.test(name)) continue;
      assert.ok(!bytes.includes(secret), `${name} holds the ${what}`);
    }
  }
  const everything = Buffer.concat([...files.values()]);
  assert.ok(everything.includes(ann.email), 'what is stored can be found by this');
  const { password_hash: hash } = await server.context.db
    .selectFrom('users')
    .select('password_hash')
    .executeTakeFirstOrThrow();
  const [, m, t, p] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash) ?? [];
  assert.ok(Number(m) >= 19_456 && Number(t) >= 2 && Number(p) >= 1, hash);
  const [salt = '', tag = ''] = hash.split('$').slice(4);
  assert.ok(Buffer.from(salt, 'base64').length >= 16 && Buffer.from(tag, 'base64').length >= 32);
});

test('only the server’s user can read its data, whatever the umask', async (t) => {
  const folder = await temporaryFolder(t);
  const dataDir = join(folder, 'data');
  const umask = process.umask(0);
  const service = spawnMasthead(folder, { PORT: '0', LOG_LEVEL: 'error' });
  process.umask(umask);
  try {
    const client = createClient(await service.url());
    const ann = await client.register('Ann');
    await client.api('POST', '/api/users/forgot-password', { json: { email: ann.email } });
    await resetToken(dataDir, ann.email);
    const mode = async (name: string) =>
      ((await stat(join(dataDir, name))).mode & 0o777).toString(8);
    assert.equal(await mode('.'), '700');
    assert.equal(await mode('secret.key'), '600');
    assert.equal(await mode('outbox'), '700');
    const mails = await readdir(join(dataDir, 'outbox'));
    assert.equal(mails.length, 1);
    for (const mail of mails) assert.equal(await mode(join('outbox', mail)), '600');
  } finally {
    service.kill('SIGTERM');
    await service.ended;
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('each server begins without accounts and with its own key, and refuses another server’s tokens', async () => {
  const [one, other] = [await startServer(), await startServer()];
  try {
    for (const { context } of [one, other]) {
      assert.deepEqual(await context.db.selectFrom('users').select('id').execute(), []);
    }
    const { token } = await createClient(one.url).person();
    const elsewhere = createClient(other.url);
    await elsewhere.person();
    assert.equal((await createClient(one.url).api('GET', '/api/users/me', { token })).status, 200);
    assert.equal((await elsewhere.api('GET', '/api/users/me', { token })).status, 401);
  } finally {
    await one.stop();
    await other.stop();
  }
});
