import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { importing, verifyTaken } from '../../support/databases/imported-blog.ts';
import {
  fillPostgres,
  makeMedia,
  makeOriginal,
  SOUND,
} from '../../support/databases/original-blog.ts';
import { emptyDatabase, ON_POSTGRESQL, query } from '../../support/databases/postgres.ts';
import { newPlace } from '../../support/processes/trouble.ts';

test('a blog is imported with its passwords, ids, dates and pictures, and its files stay unchanged', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const before = [readFileSync(database), statSync(database).mtimeMs, readdirSync(place.folder)];
  const dry = await place.run(importing(database, media, '--dry-run'));
  assert.equal(dry.code, 0, dry.output);
  assert.match(dry.output, /Would import 3 people, 2 posts and 2 pictures; nothing was left out/);
  assert.deepEqual(before, [
    readFileSync(database),
    statSync(database).mtimeMs,
    readdirSync(place.folder),
  ]);
  const { code, output } = await place.run(importing(`sqlite+aiosqlite:///${database}`, media));
  assert.equal(code, 0, output);
  assert.match(output, /Imported 3 people, 2 posts and 2 pictures; nothing was left out\n$/);
  assert.equal((await place.run(['media', 'check'])).code, 0);
  await verifyTaken(place);
  for (const more of [[], ['--dry-run']]) {
    const again = await place.run(importing(database, media, ...more));
    assert.equal(again.code, 1);
    assert.match(again.output, /^masthead: This blog is not empty[^\n]+Nothing was changed\n$/);
  }
});

test('rows that are only in SQLite’s log are imported too', async (t) => {
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
  const { code, output } = await place.run(importing(database, media));
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
      const { code, output } = await place.run(importing(spelt, media));
      assert.equal(code, 0, output);
      await verifyTaken(place);
    });
  }
}

if (ON_POSTGRESQL) {
  test('in a database with several schemas, only those in each search_path are read', async (t) => {
    const place = await newPlace(t);
    const media = await makeMedia(place.folder);
    const url = await emptyDatabase(t);
    // The original, the schema it is imported into, and an unrelated one.
    await query(url, 'create schema original; create schema other');
    const original = new URL(url);
    original.searchParams.set('options', '-c search_path=original');
    await fillPostgres(original.href, SOUND, 'timestamp');
    await query(url, 'create table other.users (bio text); create table other.comments (id int)');
    for (const more of [['--dry-run'], []]) {
      const command = importing(original.href, media, ...more);
      const { code, output } = await place.run(command, { DATABASE_URL: url });
      assert.equal(code, 0, output);
      assert.match(output, /3 people, 2 posts and 2 pictures; nothing was left out/);
    }
    await query(original.href, 'create table comments (id int)');
    const { output } = await place.run(importing(original.href, media));
    assert.match(output, /^table comments: left out/m);
  });
}
