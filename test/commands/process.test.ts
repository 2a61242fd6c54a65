import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { createClient } from '../support/client.ts';
import type { User } from '../support/client.ts';
import { mediaFiles } from '../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { head, openRaw } from '../support/servers/raw.ts';
import { spawnMasthead } from '../support/processes/service.ts';
import { until } from '../support/until.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let folder: string;
let running: ReturnType<typeof spawnMasthead>[] = [];
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'masthead-test-'))));
afterEach(async () => {
  for (const service of running) {
    service.kill('SIGKILL');
    await service.ended;
  }
  running = [];
  await rm(folder, { recursive: true, force: true });
});

function start(variables: Record<string, string> = {}) {
  const service = spawnMasthead(folder, { PORT: '0', ...variables });
  running.push(service);
  return service;
}

test('a start says what was written for nothing, also when it then refuses a value', async () => {
  await writeFile(join(folder, '.env'), '\uFEFFSITE_NAME=Ink\nMAIL_HOST=a\nPORT: 1\n', 'utf16le');
  const service = start({ S3_BUCKT: 'b' });
  await service.says(/^Ink is at /m);
  const warnings = [
    'masthead: warning: .env, line 3: not understood; write it as PORT=value',
    'masthead: warning: .env: MAIL_HOST means nothing to Masthead; the nearest name is MAIL_PORT',
    'masthead: warning: environment: S3_BUCKT means nothing to Masthead; the nearest name is S3_BUCKET_NAME',
  ];
  for (const line of warnings) assert.ok(service.output().includes(`${line}\n`), line);
  const { code, output } = await start({ REGISTRATION: 'shut' }).ended;
  assert.equal(code, 1);
  assert.ok(output.startsWith(warnings.slice(0, 2).join('\n')), output);
});

for (const signals of [['SIGTERM'], ['SIGINT'], ['SIGTERM', 'SIGTERM', 'SIGINT']] as const) {
  test(`${signals.join(', ')}: an upload in flight is finished, then the server ends well`, async () => {
    const service = start();
    const url = await service.url();
    const client = createClient(url);
    const ann = await client.person();
    const body = fileBody(await photo({ width: 800, height: 600 }));
    const connection = openRaw(url);
    const request = head(`PATCH /api/users/${ann.id}/picture`, {
      ...MULTIPART,
      Authorization: `Bearer ${ann.token}`,
      'Content-Length': body.length,
    });
    await connection.write(request);
    await connection.write(body.subarray(0, body.length / 2));
    // An answer to a second request shows that the first has reached the server.
    await client.api('GET', '/health');
    for (const signal of signals) service.kill(signal);
    await until('a closed port', async () => {
      const refused = await fetch(`${url}/health`).then(
        (response) => response.status === 503,
        () => true,
      );
      return refused || undefined;
    });
    await connection.write(body.subarray(body.length / 2));
    const answer = await connection.answer;
    assert.equal(answer.status, 200, answer.body);
    // An idle keep-alive connection would delay the end.
    assert.equal(answer.headers['connection'], 'close');
    const { image_file } = JSON.parse(answer.body) as User;
    const { code, signal, output } = await service.ended;
    assert.deepEqual([code, signal], [0, null], output);
    const files = await mediaFiles(join(folder, 'data'));
    assert.ok(files.includes(`profile_pics/${image_file}`));
  });
}

test('after a restart, users, tokens and pictures still work', async () => {
  const first = start();
  const client = createClient(await first.url());
  const ann = await client.person();
  const sent = {
    token: ann.token,
    body: fileBody(await photo({ width: 40, height: 40 })),
    headers: MULTIPART,
  };
  const { image_path } = (await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, sent))
    .body;
  first.kill('SIGTERM');
  assert.equal((await first.ended).code, 0);

  const again = createClient(await start().url());
  const me = await again.api<User>('GET', '/api/users/me', { token: ann.token });
  assert.deepEqual([me.status, me.body.image_path], [200, image_path]);
  assert.equal((await again.api('GET', image_path)).status, 200);
});

test('an invalid value stops the start and is named', async () => {
  const wrong: Record<string, string> = {
    PORT: 'eighty',
    ALGORITHM: 'RS256',
    MAX_UPLOAD_SIZE_BYTES: '5MB',
    POSTS_PER_PAGE: '0',
    REGISTRATION: 'perhaps',
    MAIL_USE_TLS: 'maybe',
    FRONTEND_URL: 'blog.example.org',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://root:hunter2@db/blog',
  };
  const ends = Object.entries(wrong).map(async ([name, value]) => {
    const { code, output } = await start({ [name]: value }).ended;
    assert.ok(code !== 0 && code !== null, `${name}: ${code}`);
    assert.match(output, new RegExp(`${name}.*accepts`));
    assert.doesNotMatch(output, /^\s+at |hunter2/m);
  });
  await Promise.all(ends);
  assert.deepEqual(await readdir(folder), []);
});

test('a port that is taken ends the start with one line', async () => {
  const port = new URL(await start().url()).port;
  const { code, output } = await start({ PORT: port, LOG_LEVEL: 'warn', DATA_DIR: './other' })
    .ended;
  assert.deepEqual([code, output], [1, 'masthead: PORT: another program already uses it\n']);
});

test('the .env file of the working folder is read, names in any case', async () => {
  await writeFile(join(folder, '.env'), 'data_dir=./elsewhere\nPOSTS_PER_PAGE=7\n');
  const client = createClient(await start().url());
  assert.equal((await client.api('GET', '/api/posts')).body['limit'], 7);
  assert.deepEqual((await readdir(folder)).toSorted(), ['.env', 'elsewhere']);
});

test('a database of another program stops the start and stays unchanged', async () => {
  const file = join(folder, 'blog.db');
  const database = new DatabaseSync(file);
  database.exec('create table users(id integer primary key, username text)');
  database.exec("insert into users(username) values ('ann')");
  database.close();
  const before = await readFile(file);
  const { code, output } = await start({ DATABASE_URL: `sqlite+aiosqlite:///${file}` }).ended;
  assert.equal(code, 1, output);
  assert.match(output, /masthead import/);
  assert.deepEqual(await readFile(file), before);
  const beside = (await readdir(folder)).filter((name) => name.startsWith('blog.db'));
  assert.deepEqual(beside, ['blog.db']);
});

test('a file that is not a database stops the start and stays unchanged', async () => {
  const file = join(folder, 'data', 'masthead.db');
  await mkdir(join(folder, 'data'));
  await writeFile(file, 'a shopping list, not a database\n'.repeat(100));
  const { code, output } = await start().ended;
  assert.equal(code, 1, output);
  assert.match(output, /masthead\.db/);
  assert.match(await readFile(file, 'utf8'), /^a shopping list/);
});

test('compiled code is kept where NODE_COMPILE_CACHE says, of server and decoder', async () => {
  const compiled = join(folder, 'compiled');
  const client = createClient(await start({ NODE_COMPILE_CACHE: compiled }).url());
  const { id, token } = await client.person();
  const body = fileBody(await photo({ width: 40, height: 40 }));
  await client.api('PATCH', `/api/users/${id}/picture`, { token, headers: MULTIPART, body });
  // Each in a folder of its own, as their flags differ, once it is ready: both may be killed.
  await until('what both have compiled', async () => {
    const kept = await Promise.all(
      (await readdir(compiled)).map((flags) => readdir(join(compiled, flags))),
    );
    const counts = kept.map((files) => files.length).filter((count) => count > 0);
    // A server loads hundreds of modules.
    return (counts.length === 2 && Math.max(...counts) > 300) || undefined;
  });
});

test('a port that is in use stops the start and is named', async () => {
  const url = await start().url();
  const { code, output } = await start({ PORT: new URL(url).port, DATA_DIR: './other' }).ended;
  assert.equal(code, 1, output);
  assert.match(output, /PORT/);
});

test('bin/masthead sets what is read only at a start, unless it is set, and is the server itself then', async () => {
  const service = start({ LOG_LEVEL: 'silent', MALLOC_ARENA_MAX: '2' });
  await service.url();
  const variables = await readFile(`/proc/${service.pid}/environ`, 'utf8');
  const [, ...args] = (await readFile(`/proc/${service.pid}/cmdline`, 'utf8')).split('\0');
  assert.match(variables, /(?:^|\0)MALLOC_ARENA_MAX=2\0/);
  assert.match(variables, /(?:^|\0)MALLOC_MMAP_THRESHOLD_=1048576\0/);
  assert.deepEqual(args.slice(0, 4), [
    '--preserve-symlinks',
    '--preserve-symlinks-main',
    '--max-semi-space-size=4',
    '--no-parallel-scavenge',
  ]);
});

test('without it, by Node alone, the server works the same and ends well', async (t) => {
  const server = spawn(process.execPath, [MAIN], { cwd: folder, env: { PORT: '0' } });
  t.after(() => server.kill('SIGKILL'));
  const ended = once(server, 'exit');
  let output = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const address = async () => /http:\/\/127[\d.]+:\d+(?=\s)/.exec(output)?.[0];
  const client = createClient(await until('an address in the output', address));
  const { id, token } = await client.person();
  const sent = {
    token,
    headers: MULTIPART,
    body: fileBody(await photo({ width: 40, height: 40 })),
  };
  assert.equal((await client.api('PATCH', `/api/users/${id}/picture`, sent)).status, 200);
  server.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('what people start a server with is bin/masthead, in the place of npm or a shell', async () => {
  const project = join(import.meta.dirname, '..', '..');
  const read = (name: string) => readFile(join(project, name), 'utf8');
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  assert.deepEqual(
    [scripts['start'], scripts['masthead']],
    ['exec bin/masthead', 'exec bin/masthead'],
  );
  assert.match(
    await read('docs/hosting/masthead.service'),
    /^ExecStart=\/opt\/masthead\/bin\/masthead$/m,
  );
  assert.match(await read('Containerfile'), /^CMD \["\/app\/bin\/masthead"\]$/m);
});
