import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../support/client.ts';
import { resetToken } from '../support/servers/outbox.ts';
import { spawnMasthead } from '../support/processes/service.ts';

test('the log holds no password, token or cookie at any level', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-test-'));
  const SECRET_KEY = 'key-that-no-log-may-hold-0123456789';
  const service = spawnMasthead(folder, { PORT: '0', LOG_LEVEL: 'trace', SECRET_KEY });
  try {
    const client = createClient(await service.url());
    const secrets: Record<string, string> = { SECRET_KEY, wrong: 'wrong-password-0123' };
    const secret = (name: string, value: string) => (secrets[name] = value);

    const email = 'ann@example.com';
    const json = { username: 'Ann', email, password: secret('password', 'first-password-0123') };
    const { body: ann } = await client.api('POST', '/api/users', { json });
    await client.api('POST', '/api/users', { json });
    await client.api('POST', '/api/users', { body: `{"password":"${json.password}"` });
    await client.api('POST', '/api/users', { json: { password: json.password } });
    await client.login(email, secrets['wrong'] ?? '');
    const login = await client.login(email, json.password);
    const token = secret('access token', login.body.access_token);
    await client.api('GET', '/api/users/me', { token });
    await client.api('GET', '/api/users/999999', { token });
    await client.api('GET', '/api/users/me', { token: `${token}x` });
    await client.api('PATCH', `/api/users/${String(ann['id'])}/picture`, { token });

    await client.api('POST', '/api/users/forgot-password', { json: { email } });
    const reset = secret('reset token', await resetToken(join(folder, 'data'), email));
    await client.api('GET', `/reset-password?token=${reset}`);
    await client.api('GET', `/nothing?token=${reset}`);
    await client.api('GET', '/nothing', {
      headers: { referer: `http://x/reset-password?token=${reset}` },
    });
    const new_password = secret('new password', 'second-password-0123');
    await client.api('POST', '/api/users/reset-password', {
      json: { token: reset, new_password: 'x' },
    });
    await client.api('POST', '/api/users/reset-password', { json: { token: reset, new_password } });

    const form = { email, username: email, password: new_password };
    const session = await client.api('POST', '/login', { form });
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    secret('cookie', cookie.split('=')[1] ?? '');
    await client.api('GET', '/account', { headers: { cookie } });
    await client.api('GET', '/nothing', { headers: { cookie } });

    service.kill('SIGTERM');
    const { code, output } = await service.ended;
    assert.equal(code, 0, output);
    assert.match(output, /\/api\/users/);
    for (const [name, value] of Object.entries(secrets)) {
      assert.ok(value.length > 10, name);
      const at = output.indexOf(value);
      assert.equal(at, -1, `${name}: ${output.slice(Math.max(0, at - 300), at + 100)}`);
    }
  } finally {
    service.kill('SIGKILL');
    await service.ended;
    await rm(folder, { recursive: true, force: true });
  }
});

test('each request has one line, also one that was answered from the cache', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-test-'));
  const service = spawnMasthead(folder, { PORT: '0', TRUST_PROXY: '1' });
  try {
    const { api } = createClient(await service.url());
    const headers = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7:4711' };
    const first = await api('GET', '/?skip=0', { headers });
    await api('GET', '/?skip=0', { headers });
    const tag = { 'if-none-match': first.headers.get('etag') ?? '' };
    await api('GET', '/?skip=0', { headers: { ...headers, ...tag } });
    service.kill('SIGTERM');
    const { output } = await service.ended;
    const lines = output.split('\n').filter((line) => line.includes('"path":"/"'));
    const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const method = 'GET';
    const line = { method, path: '/', ip: '192.0.2.7', msg: 'request' };
    for (const [index, status] of [200, 200, 304].entries())
      assert.partialDeepStrictEqual(said[index], { ...line, status });
    assert.equal(said.length, 3);
    for (const { ms } of said) assert.ok(typeof ms === 'number' && ms >= 0);
  } finally {
    service.kill('SIGKILL');
    await service.ended;
    await rm(folder, { recursive: true, force: true });
  }
});
