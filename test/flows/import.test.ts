import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Page, Post, User } from '../support/client.ts';
import {
  fillPostgres,
  makeMedia,
  makeOriginal,
  PASSWORD,
  SOUND,
} from '../support/original-blog.ts';
import { verifyPostCountsOf } from '../support/post-counts.ts';
import { emptyDatabase, ON_POSTGRESQL, query } from '../support/postgres.ts';
import { newPlace, type Place, stop } from '../support/trouble.ts';

const DIE_AT = import.meta.resolve('../support/die-at.ts');

const args = (database: string, media: string, ...more: string[]) => [
  'import',
  '--database',
  database,
  '--media',
  media,
  ...more,
];

/** The imported blog answers the contract. */
async function verifyTaken(place: Place): Promise<void> {
  const server = await place.start();
  const login = await server.login('ANN@example.com', PASSWORD);
  assert.equal(login.status, 200, login.text);
  const { body: page } = await server.api<Page>('GET', '/api/posts');
  assert.deepEqual(
    page.posts.map(({ id, user_id, date_posted, title }) => ({ id, user_id, date_posted, title })),
    [
      { id: 8, user_id: 9, date_posted: '2026-03-08T10:00:00.000000Z', title: 'Two 🎈' },
      { id: 3, user_id: 2, date_posted: '2026-03-07T09:05:00.123456Z', title: 'One' },
    ],
  );
  for (const [id, name] of [
    [2, 'ann'],
    [5, 'Bob Ångström'],
    [9, 'eve'],
  ] as const) {
    const { body } = await server.api<User>('GET', `/api/users/${id}`);
    assert.equal(body.username, name);
    assert.equal(body.image_file === null, id === 5);
    assert.equal((await server.api('GET', body.image_path)).status, 200);
  }
  assert.equal((await server.register('a newcomer')).id, 10);
  const { body: post } = await server.api<Post>('POST', '/api/posts', {
    token: login.body.access_token,
    json: { title: 'New', content: 'Text' },
  });
  assert.equal(post.id, 9);
  await stop(server);
  assert.equal(await verifyPostCountsOf(place.dataDir), 3);
  assert.equal((await place.run(['media', 'check'])).code, 0);
}

test('a blog is taken over with its passwords, ids, dates and pictures, and its files are not touched', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const before = [readFileSync(database), statSync(database).mtimeMs, readdirSync(place.folder)];
  const dry = await place.run(args(database, media, '--dry-run'));
  assert.equal(dry.code, 0, dry.output);
  assert.match(dry.output, /Would take 3 people, 2 posts and 2 pictures over; nothing was left/);
  assert.deepEqual(before, [
    readFileSync(database),
    statSync(database).mtimeMs,
    readdirSync(place.folder),
  ]);
  const { code, output } = await place.run(args(`sqlite+aiosqlite:///${database}`, media));
  assert.equal(code, 0, output);
  assert.match(output, /Took 3 people, 2 posts and 2 pictures over; nothing was left\n$/);
  await verifyTaken(place);
  for (const more of [[], ['--dry-run']]) {
    const again = await place.run(args(database, media, ...more));
    assert.equal(again.code, 1);
    assert.match(again.output, /^masthead: This blog is not empty[^\n]+Nothing was changed\n$/);
  }
});

test('what only the log of SQLite holds is taken, too', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder, { users: SOUND.users, posts: [] });
  const open = new DatabaseSync(database);
  t.after(() => open.close());
  open.exec('pragma journal_mode = wal');
  for (const { id, title, content, user_id, date_posted } of SOUND.posts) {
    open
      .prepare('insert into posts values (?, ?, ?, ?, ?)')
      .run(id, title, content, user_id, date_posted);
  }
  const { code, output } = await place.run(args(database, media));
  assert.equal(code, 0, output);
  await verifyTaken(place);
});

if (ON_POSTGRESQL) {
  for (const type of ['timestamptz', 'timestamp']) {
    test(`a blog is taken over from PostgreSQL, with dates of type ${type}`, async (t) => {
      const place = await newPlace(t);
      const url = await emptyDatabase(t);
      const posts = SOUND.posts.map((post) => ({ ...post, date_posted: `${post.date_posted}+00` }));
      await fillPostgres(url, { ...SOUND, posts }, type);
      const media = await makeMedia(place.folder);
      const spelt = url.replace('postgresql:', 'postgresql+psycopg:');
      const { code, output } = await place.run(args(spelt, media));
      assert.equal(code, 0, output);
      await verifyTaken(place);
    });
  }

  test('a wrong password of the old database is told in one line', async (t) => {
    const place = await newPlace(t);
    const url = new URL(await emptyDatabase(t));
    url.password = 'wrong';
    const { code, output } = await place.run(args(url.href, place.folder));
    assert.equal(code, 1);
    assert.match(output, /^masthead: The database [^ ]+ cannot be read: .*password.*\n$/);
  });
}

for (const step of [
  '^insert into "users"',
  '^update "users"',
  '^insert into "posts"',
  '^update "imports"',
]) {
  test(`an import that was killed ahead of ${step} goes on where it stopped`, async (t) => {
    const place = await newPlace(t);
    const { database, media } = await makeOriginal(place.folder);
    const service = place.spawn(
      { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_ARMED: '1', DIE_AT: step },
      { args: args(database, media) },
    );
    assert.equal((await service.ended).signal, 'SIGKILL', service.output());
    const dry = await place.run(args(database, media, '--dry-run'));
    assert.equal(dry.code, 0, dry.output);
    const { code, output } = await place.run(args(database, media));
    assert.equal(code, 0, output);
    // As a day later: what the killed one was about to store is gone.
    assert.equal((await place.run(['media', 'sweep', '--now'])).code, 0);
    await verifyTaken(place);
  });
}

test('what cannot be taken is told with its reason, and the rest is taken', async (t) => {
  const place = await newPlace(t);
  const blog = {
    users: [
      ...SOUND.users,
      { id: 10, username: 'ANN', email: 'other@example.com' },
      { id: 11, username: 'twin', email: 'BOB@example.com' },
      { id: 12, username: 'x'.repeat(51), email: 'nowhere' },
      { id: 13, username: 'bcrypt', email: 'b@example.com', password_hash: '$2b$12$abc' },
      { id: 14, username: 'broken', email: 'c@example.com', image_file: 'broken.jpg' },
      { id: 15, username: 'missing', email: 'd@example.com', image_file: 'missing.jpg' },
      { id: 16, username: 'outside', email: 'e@example.com', image_file: '../../blog.db' },
    ],
    posts: [
      ...SOUND.posts,
      { ...SOUND.posts[0]!, id: 20, user_id: 99 },
      { ...SOUND.posts[0]!, id: 21, user_id: 10 },
      { ...SOUND.posts[0]!, id: 22, title: 'x'.repeat(101) },
      { ...SOUND.posts[0]!, id: 23, date_posted: 'yesterday' },
    ],
  };
  const { database, media } = await makeOriginal(place.folder, blog);
  writeFileSync(join(media, 'broken.jpg'), 'no picture');
  rmSync(join(media, 'missing.jpg'));
  const file = join(place.folder, 'report.txt');
  const dry = await place.run(args(database, media, '--dry-run'));
  const { code, output } = await place.run(args(database, media, '--report', file));
  assert.equal(code, 1);
  assert.ok(output.includes('Took'), output);
  const lines = readFileSync(file, 'utf8');
  for (const expected of [
    'user 10 ("ANN"): not taken: user 2 has the same name',
    'user 11 ("twin"): not taken: user 5 has the same e-mail address',
    /user 12 .*not taken: username: String should have at most 50.*; email: value is not/,
    'user 13 ("bcrypt"): taken without the password',
    'user 14 ("broken"): taken without the picture "broken.jpg": it is broken',
    'user 15 ("missing"): taken without the picture "missing.jpg": the file is missing',
    'user 16 ("outside"): taken without the picture "../../blog.db": its name',
    'post 20: not taken: its author, user 99,',
    'post 21: not taken: its author, user 10,',
    'post 22: not taken: title: String should have at most 100',
    'post 23: not taken: its date "yesterday"',
    'Took 7 people, 2 posts and 2 pictures over; 11 remarks above',
  ]) {
    assert.ok(
      typeof expected === 'string' ? lines.includes(expected) : expected.test(lines),
      `${expected} in ${lines}`,
    );
  }
  assert.equal(dry.code, 1);
  assert.ok(
    dry.output.includes('Would take 7 people, 2 posts and 2 pictures over; 11 remarks above'),
  );
});

test('tables and columns that the original has not are named, and what it has is taken', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const sqlite = new DatabaseSync(database);
  sqlite.exec('alter table users add column bio text; create table comments (id integer)');
  sqlite.close();
  const remarks = ['column users.bio: left out', 'table comments: left out', '; 2 remarks above'];
  for (const more of [['--dry-run'], []]) {
    const { code, output } = await place.run(args(database, media, ...more));
    assert.equal(code, 0, output);
    for (const remark of remarks) assert.ok(output.includes(remark), `${remark} in ${output}`);
    assert.ok(!output.includes('password_reset_tokens'), output);
  }
  await verifyTaken(place);
});

if (ON_POSTGRESQL) {
  test('of a database with several schemas only what each search_path names is looked at', async (t) => {
    const place = await newPlace(t);
    const media = await makeMedia(place.folder);
    const url = await emptyDatabase(t);
    // The original beside the place that it moves to, and a stranger beside both.
    await query(url, 'create schema original; create schema other');
    const original = new URL(url);
    original.searchParams.set('options', '-c search_path=original');
    await fillPostgres(original.href, SOUND, 'timestamp');
    await query(url, 'create table other.users (bio text); create table other.comments (id int)');
    for (const more of [['--dry-run'], []]) {
      const command = args(original.href, media, ...more);
      const { code, output } = await place.run(command, { DATABASE_URL: url });
      assert.equal(code, 0, output);
      assert.match(output, /3 people, 2 posts and 2 pictures over; nothing was left/);
    }
    await query(original.href, 'create table comments (id int)');
    const { output } = await place.run(args(original.href, media));
    assert.match(output, /^table comments: left out/m);
  });
}

test('a source that cannot be read, and a blog that is not empty, are told in one line', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const refused = async (file: string, line: RegExp) => {
    const { code, output } = await place.run(args(file, media));
    assert.equal(code, 1, output);
    assert.match(output, line);
    assert.equal(output.trimEnd().split('\n').length, 1, output);
    if (!existsSync(place.dataDir)) return;
    assert.ok(
      !readdirSync(place.dataDir, { recursive: true }).some((name) =>
        String(name).includes('.jpg'),
      ),
    );
  };
  const changed = (name: string, statement: string) => {
    const file = join(place.folder, name);
    writeFileSync(file, readFileSync(database));
    const sqlite = new DatabaseSync(file);
    sqlite.exec(statement);
    sqlite.close();
    return file;
  };
  await refused(join(place.folder, 'nothing.db'), /there is no such file/);
  writeFileSync(join(place.folder, 'text.db'), 'not a database at all'.repeat(100));
  await refused(join(place.folder, 'text.db'), /is no SQLite database, or a damaged one/);
  const short = changed('short.db', 'select 1');
  truncateSync(short, statSync(short).size / 2);
  await refused(short, /is no SQLite database, or a damaged one/);
  await refused(
    changed('newer.db', 'alter table users rename image_file to avatar'),
    /it has no users\.image_file/,
  );
  await refused(changed('tables.db', 'drop table posts'), /it has no posts\.id/);
  const server = await place.start();
  await server.person();
  await stop(server);
  await refused(database, /This blog is not empty/);
});

test('another blog does not go on where one stopped', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const service = place.spawn(
    { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_ARMED: '1', DIE_AT: '^insert into "posts"' },
    { args: args(database, media) },
  );
  assert.equal((await service.ended).signal, 'SIGKILL');
  const sqlite = new DatabaseSync(database);
  sqlite.exec("update users set username = 'other' where id = 2");
  sqlite.close();
  const { code, output } = await place.run(args(database, media));
  assert.deepEqual(
    [code, output.startsWith('masthead: Another blog is being imported')],
    [1, true],
  );
});

test('an import without a database or a folder is wrong usage', async (t) => {
  const place = await newPlace(t);
  assert.equal((await place.run(['import', '--database', 'x'])).code, 2);
  assert.equal((await place.run(['import', '--media', 'x'])).code, 2);
  assert.equal((await place.run(['import', '--database'])).code, 2);
});
