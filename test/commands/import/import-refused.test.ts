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
import { importing, verifyTaken } from '../../support/databases/imported-blog.ts';
import type { User } from '../../support/client.ts';
import { makeOriginal, PASSWORD, SOUND } from '../../support/databases/original-blog.ts';
import { emptyDatabase, ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { newPlace, stop } from '../../support/processes/trouble.ts';

test('what cannot be imported is reported with the reason, and the rest is imported', async (t) => {
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
  const dry = await place.run(importing(database, media, '--dry-run'));
  const { code, output } = await place.run(importing(database, media, '--report', file));
  assert.equal(code, 1);
  assert.ok(output.includes('Imported'), output);
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
    'Imported 7 people, 2 posts and 2 pictures; 11 remarks above',
  ]) {
    assert.ok(
      typeof expected === 'string' ? lines.includes(expected) : expected.test(lines),
      `${expected} in ${lines}`,
    );
  }
  assert.equal(dry.code, 1);
  assert.ok(dry.output.includes('Would import 7 people, 2 posts and 2 pictures; 11 remarks above'));
});

test('whose name or address differs from another only to the computer is taken, is listed by the doctor, and signs in', async (t) => {
  const place = await newPlace(t);
  const users = [
    { id: 2, username: 'ann', email: 'ann@xn--bcher-kva.example' },
    { id: 3, username: 'ann\u2060', email: 'ann@b\u00fccher.example' },
    { id: 4, username: ' ', email: 'blank@example.com' },
    { id: 5, username: '\u200b', email: 'zero@example.com' },
    { id: 6, username: ' Spaced ', email: 'spaced@example.com' },
  ];
  const { database, media } = await makeOriginal(place.folder, { users, posts: [] });
  const { code, output } = await place.run(importing(database, media));
  assert.equal(code, 1, output);
  for (const expected of [
    /user 3 .*: taken, but its name looks like that of user 2: one of them needs another/,
    /user 3 .*: taken, but its e-mail address is that of user 2 in another spelling: it signs in with this spelling/,
    /user 5 .*: taken, but its name looks like that of user 4/,
    /Imported 5 people, 0 posts and 0 pictures; 3 remarks above/,
  ]) {
    assert.match(output, expected);
  }
  const doctor = await place.run(['doctor']);
  for (const expected of [
    /^warning User 3 has a name that looks like the one user 2 has: "ann\\u\{2060\}"; ask/m,
    /^warning User 3 has the e-mail address that user 2 has, in another .* alone: "ann@b\\u\{fc\}cher\.example"; /m,
    /^warning User 5 has a name that looks like the one user 4 has: "\\u\{200b\}"; /m,
  ]) {
    assert.match(doctor.output, expected);
  }
  assert.doesNotMatch(doctor.output, /User [246]/);
  const server = await place.start();
  for (const { id, username, email } of users) {
    const { body } = await server.login(email, PASSWORD);
    const me = await server.api<User>('GET', '/api/users/me', { token: body.access_token });
    assert.deepEqual([me.body.id, me.body.username, me.body.email], [id, username, email]);
  }
  await stop(server);
});

test('unknown tables and columns are named, and the rest is imported', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const sqlite = new DatabaseSync(database);
  sqlite.exec('alter table users add column bio text; create table comments (id integer)');
  sqlite.close();
  const remarks = ['column users.bio: left out', 'table comments: left out', '; 2 remarks above'];
  for (const more of [['--dry-run'], []]) {
    const { code, output } = await place.run(importing(database, media, ...more));
    assert.equal(code, 0, output);
    for (const remark of remarks) assert.ok(output.includes(remark), `${remark} in ${output}`);
    assert.ok(!output.includes('password_reset_tokens'), output);
  }
  await verifyTaken(place);
});

test('a source that cannot be read, and a blog that is not empty, are refused in one line', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const refused = async (file: string, line: RegExp) => {
    const { code, output } = await place.run(importing(file, media));
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
  await refused(join(place.folder, 'text.db'), /is not an SQLite database, or is damaged/);
  const short = changed('short.db', 'select 1');
  truncateSync(short, statSync(short).size / 2);
  await refused(short, /is not an SQLite database, or is damaged/);
  await refused(
    changed('newer.db', 'alter table users rename image_file to avatar'),
    /it lacks users\.image_file/,
  );
  await refused(changed('tables.db', 'drop table posts'), /it lacks posts\.id/);
  const server = await place.start();
  await server.person();
  await stop(server);
  await refused(database, /This blog is not empty/);
});

if (ON_POSTGRESQL) {
  test('a wrong password of the old database is reported in one line', async (t) => {
    const place = await newPlace(t);
    const url = new URL(await emptyDatabase(t));
    url.password = 'wrong';
    const { code, output } = await place.run(importing(url.href, place.folder));
    assert.equal(code, 1);
    assert.match(output, /^masthead: The old blog's database cannot be read: password .*\n$/);
  });
}

test('a URL of the old database that is not understood is not repeated', async (t) => {
  const place = await newPlace(t);
  for (const url of [
    'postgresql://ann:hunter2/x@db.example.org/blog',
    'mysql://ann:hunter2@db/blog',
  ]) {
    const { code, output } = await place.run(importing(url, place.folder));
    assert.equal(code, 2);
    assert.match(output, /^import: --database is not understood; .* percent-encoded/);
    assert.doesNotMatch(output, /hunter2/);
  }
});

test('an import without a database or a folder is wrong usage', async (t) => {
  const place = await newPlace(t);
  assert.equal((await place.run(['import', '--database', 'x'])).code, 2);
  assert.equal((await place.run(['import', '--media', 'x'])).code, 2);
  assert.equal((await place.run(['import', '--database'])).code, 2);
});
