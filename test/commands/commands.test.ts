import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { databaseVariables } from '../support/databases/postgres.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const { server, client } = await openBlog();

/** Runs one command on the data of the running server. */
async function masthead(args: string[], input = '') {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: server.dataDir,
    env: { DATA_DIR: server.dataDir, ...(await databaseVariables(server.dataDir)) },
  });
  child.stdin.end(input);
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { status, out, err };
}

const pictures = () => globSync('media/profile_pics*/*', { cwd: server.dataDir });

test('the host creates an account, whose link sets its password once', async () => {
  const made = await masthead(['user', 'create', 'Éva', 'Eva@Example.com']);
  assert.equal(made.status, 0, made.err);
  const token = /token=([\w-]+)/.exec(made.out)?.[1] ?? '';
  const json = { token, new_password: 'chosen by Eva' };
  const reset = () => client.api('POST', '/api/users/reset-password', { json });
  assert.equal((await reset()).status, 200);
  assert.equal((await reset()).status, 400);
  assert.equal((await client.login('eva@example.com', 'chosen by Eva')).status, 200);
});

test('the host gives roles, and takes the last owner from no blog', async () => {
  const [ann, bob] = [await client.person(), await client.person()];
  const role = (email: string, name: string) => masthead(['user', 'role', email, name]);
  const { out, status } = await role(ann.email, 'owner');
  assert.deepEqual([status, out.trim()], [0, `${ann.username}, user ${ann.id}, is an owner`]);
  const last = await role(ann.email, 'member');
  const only = `masthead: ${ann.username} is the only owner. Make somebody else an owner first.`;
  assert.deepEqual([last.status, last.err.trim()], [1, only]);
  assert.equal((await role(bob.email, 'owner')).status, 0);
  assert.equal((await role(ann.email, 'reader')).status, 0);
  const text = { token: ann.token, json: { title: 'A', content: 'B' } };
  assert.equal((await client.api('POST', '/api/posts', text)).status, 403);
  const unknown = await role(bob.email, 'king');
  assert.equal(unknown.status, 2);
  assert.match(unknown.err, /^user role needs one of: owner, editor, member, reader/);
  assert.equal((await role('nobody@example.com', 'owner')).status, 1);
});

test('a password can be read from standard input', async () => {
  const args = ['user', 'create', 'piped', 'piped@example.com', '--password-stdin'];
  assert.equal((await masthead(args, 'a piped password\n')).status, 0);
  assert.equal((await client.login('piped@example.com', 'a piped password')).status, 200);
});

test('errors of an account are reported by field, and nothing is created', async () => {
  const { status, err } = await masthead(['user', 'create', 'x'.repeat(51), 'nowhere']);
  assert.equal(status, 2);
  assert.match(err, /username: String should have at most 50/);
  assert.match(err, /email: value is not a valid email/);
  const taken = await masthead(['user', 'create', 'ÉVA', 'other@example.com']);
  assert.deepEqual([taken.status, taken.err.trim()], [1, 'masthead: Username already exists']);
});

test('a new link to set a password replaces the previous one', async () => {
  const person = await client.person();
  const first = await masthead(['user', 'reset-link', person.email.toUpperCase()]);
  const second = await masthead(['user', 'reset-link', person.email]);
  const use = async ({ out }: { out: string }) => {
    const token = /token=([\w-]+)/.exec(out)?.[1];
    const json = { token, new_password: 'a new password' };
    return (await client.api('POST', '/api/users/reset-password', { json })).status;
  };
  assert.deepEqual([await use(first), await use(second)], [400, 200]);
});

test('an account is deleted with its posts and pictures, a post by its number', async () => {
  const [gone, stays] = [await client.person(), await client.person()];
  await client.post(gone.token);
  const post = await client.post(stays.token);
  const uploaded = await client.api('PATCH', `/api/users/${gone.id}/picture`, {
    token: gone.token,
    headers: MULTIPART,
    body: fileBody(await photo({ width: 400, height: 400 })),
  });
  assert.equal(uploaded.status, 200, uploaded.text);
  assert.equal(pictures().length, 3);

  assert.equal((await masthead(['user', 'delete', gone.email])).status, 0);
  assert.equal((await client.api('GET', `/api/users/${gone.id}`)).status, 404);
  assert.deepEqual(pictures(), []);
  assert.equal((await masthead(['post', 'delete', String(post.id)])).status, 0);
  assert.equal((await client.api('GET', `/api/posts/${post.id}`)).status, 404);
  assert.equal((await masthead(['post', 'delete', String(post.id)])).status, 1);
  assert.equal((await masthead(['user', 'delete', gone.email])).status, 1);
});

test('media check finds no differences; sweeping everything needs the server stopped', async () => {
  const check = await masthead(['media', 'check']);
  assert.deepEqual([check.status, check.out], [0, 'Nothing differs\n']);
  assert.equal((await masthead(['media', 'sweep'])).status, 0);
  const now = await masthead(['media', 'sweep', '--now']);
  assert.equal(now.status, 1);
  assert.match(now.err, /stop it first/);
  assert.equal((await masthead(['migrate'])).status, 0);
});

for (const args of [
  ['frobnicate'],
  ['user'],
  ['user', 'create', 'x'],
  ['post', 'delete', 'x'],
  ['media', 'check', '--now'],
  ['serve', 'x'],
]) {
  test(`wrong usage: masthead ${args.join(' ')}`, async () => {
    const { status, err } = await masthead(args);
    assert.equal(status, 2);
    assert.match(err, /usage: masthead/);
  });
}

test('a setting is shown, changed, and restored to its default', async () => {
  const zone = async (...value: string[]) =>
    (await masthead(['setting', 'time-zone', ...value])).out.trim();
  assert.equal(await zone(), 'time-zone=UTC');
  assert.equal(await zone('Europe/Zurich'), 'time-zone=Europe/Zurich');
  assert.match((await masthead(['setting'])).out, /^time-zone=Europe\/Zurich$/m);
  assert.equal(await zone(''), 'time-zone=UTC');
});

test('a setting that is not valid, or not there, changes nothing and says what is', async () => {
  const wrong = await masthead(['setting', 'time-zone', 'Mars/Olympus']);
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /^masthead: time-zone needs the name of a time zone/);
  const unknown = await masthead(['setting', 'timezone', 'UTC']);
  assert.equal(unknown.status, 2);
  assert.match(unknown.err, /Unknown setting "timezone". The settings are: time-zone, /);
  assert.equal((await masthead(['setting', 'time-zone'])).out.trim(), 'time-zone=UTC');
});
