import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Client, Page, User } from '../../support/client.ts';
import { photo } from '../../support/pictures.ts';
import { verifyPostCountsOf } from '../../support/databases/post-counts.ts';
import {
  newPlace,
  type Place,
  type Running,
  stop,
  uploaded,
} from '../../support/processes/trouble.ts';
import { serveHere } from '../../support/server.ts';

const PICTURES = await Promise.all([60, 90, 120].map((width) => photo({ width, height: 60 })));
const picture = (n: number) => PICTURES[n % PICTURES.length] as Buffer;
const DIE_AT = import.meta.resolve('../../support/processes/die-at.ts');
const SECRET = { SECRET_KEY: 'the same before and after' };

/** Three people, one without a picture; the last account and the last post were deleted. */
async function fill(server: Running) {
  const people = [await server.person(), await server.person('Éva'), await server.person()];
  for (const [n, { token }] of people.entries())
    await server.post(token, `Title ${n} 🎈`, 'Text\n"x"');
  await uploaded(server, people[0]!, picture(0));
  await uploaded(server, people[1]!, picture(1));
  const gone = await server.person();
  await server.post(gone.token);
  await server.api('DELETE', `/api/users/${gone.id}`, { token: gone.token });
  return people;
}

const PATHS = ['/', '/api/posts', '/api/posts/1', '/api/users/1', '/api/users/3', '/users/2/posts'];

/** The answers at fixed addresses, pictures included. */
async function answers({ api }: Pick<Client, 'api'>): Promise<string[]> {
  const texts: string[] = [];
  for (const path of PATHS) texts.push((await api('GET', path)).text);
  const faces = texts.join('').matchAll(/\/media\/[\w/.]+/g);
  for (const path of new Set([...faces].map(([path]) => path))) {
    const { status, text } = await api('GET', path);
    assert.equal(status, 200, path);
    texts.push(`${path}: ${text}`);
  }
  return texts;
}

/** A stopped blog, its archive and its answers, for all tests. */
async function saved() {
  const place = await newPlace({ after });
  const server = await place.start(SECRET);
  await fill(server);
  const before = await answers(server);
  const file = join(place.folder, 'backup.tar');
  const made = await place.run(['backup', file], SECRET);
  assert.equal(made.code, 0, made.output);
  await stop(server);
  return { place, file, before };
}

const { place, file, before } = await saved();

/** Restores the archive and compares all answers. */
async function verifyRestored(place: Place) {
  const restored = await place.run(['restore', file], SECRET);
  assert.equal(restored.code, 0, restored.output);
  assert.deepEqual(await place.run(['media', 'check'], SECRET), {
    code: 0,
    output: 'Nothing differs\n',
  });
  {
    await using server = await serveHere(place, SECRET);
    assert.deepEqual(await answers(server), before);
    const login = await server.login('p2@example.com', 'password of 2');
    assert.equal(login.status, 200);
    await server.post(login.body.access_token, 'Written after it, and counted');
    const next = await server.register('somebody new');
    assert.equal(next.id, 5, 'the id of a deleted account is not given again');
  }
  assert.equal(await verifyPostCountsOf(place.dataDir), 4);
}

test('a backup is restored into an empty place, with the same pages, pictures and ids', async (t) => {
  const other = await newPlace(t);
  await verifyRestored(other);
  const again = await place.run(['backup', file], SECRET);
  assert.equal(again.code, 1);
  assert.match(again.output, /already exists/);
  const twice = await other.run(['restore', file], SECRET);
  assert.equal(twice.code, 1);
  assert.match(
    twice.output,
    /^masthead: This blog is not empty \(it has 4 users, 4 posts, 4 revisions\)/,
  );
  const verified = await other.run(['backup', '--verify', file], SECRET);
  assert.equal(verified.code, 0, verified.output);
});

test('a file that is not a complete archive, or cannot be read, is refused in one line and nothing is created', async (t) => {
  const whole = readFileSync(file);
  const altered = (name: string) => {
    const bytes = Buffer.from(whole);
    // A byte within the content of the file with this name.
    bytes[whole.indexOf(name) + 512]! ^= 1;
    return bytes;
  };
  const cases: Record<string, [Buffer | null, RegExp]> = {
    'an altered row': [altered('rows/users/'), /cut short or altered/],
    'an altered picture': [altered('media/'), /cut short or altered/],
    'an altered sum': [altered('checksums/'), /cut short or altered/],
    'half of it': [whole.subarray(0, whole.length / 2), /cut short or altered/],
    nothing: [Buffer.alloc(0), /cut short or altered/],
    'a text': [
      Buffer.from('Not an archive at all.\n'.repeat(100)),
      /is not an archive of Masthead/,
    ],
    'a picture': [picture(0), /is not an archive of Masthead/],
    'a packed one': [gzipSync(whole), /is not an archive of Masthead/],
    'a missing file': [null, /cannot be read: ENOENT/],
  };
  const empty = await newPlace(t);
  const refused = async (path: string, reason: RegExp, what: string) => {
    for (const args of [
      ['restore', path],
      ['backup', '--verify', path],
    ]) {
      const { code, output } = await empty.run(args, SECRET);
      assert.equal(code, 1, `${what}: ${output}`);
      assert.match(output, /^masthead: [^\n]+\n$/, what);
      assert.match(output, reason, what);
      assert.ok(!existsSync(empty.dataDir), what);
    }
  };
  for (const [index, [what, [bytes, reason]]] of Object.entries(cases).entries()) {
    const path = join(place.folder, `case-${index}.tar`);
    if (bytes !== null) writeFileSync(path, bytes);
    await refused(path, reason, what);
  }
  await refused(place.folder, /cannot be read: EISDIR/, 'a folder');
});

for (const step of ['rename', '^insert into "users"', '^update "pictures"']) {
  test(`a restore that was killed ahead of ${step} leaves an empty blog, and is repeated`, async (t) => {
    const other = await newPlace(t);
    const service = other.spawn(
      { ...SECRET, NODE_OPTIONS: `--import=${DIE_AT}`, DIE_ARMED: '1', DIE_AT: step },
      { args: ['restore', file] },
    );
    assert.equal((await service.ended).signal, 'SIGKILL', service.output());
    {
      await using server = await serveHere(other, SECRET);
      assert.equal((await server.api<Page>('GET', '/api/posts')).body.total, 0);
      assert.equal((await server.api<User>('GET', '/api/users/1')).status, 404);
    }
    await verifyRestored(other);
  });
}
