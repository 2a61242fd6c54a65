import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { storeKeys } from '../../../src/media/picture-variants.ts';
import { addRows, readArchive } from '../../support/archive-file.ts';
import { openMedia } from '../../support/pictures/media.ts';
import { verifyPostCountsOf } from '../../support/databases/post-counts.ts';
import { smallDisk } from '../../support/processes/small-disk.ts';
import { newPlace, type Place, stop } from '../../support/processes/trouble.ts';
import {
  EARLIER,
  earlier,
  SECRET,
  NEXT,
  done,
  type Rows,
  rowsOf,
  write,
  verifyEarlier,
  newerBlog,
  NEXT_MIGRATION,
} from '../../support/processes/earlier-archive.ts';

const DIE_AT = `--import=${import.meta.resolve('../../support/processes/die-at.ts')}`;

test('an archive of an earlier Masthead is restored', async (t) => {
  const place = await newPlace(t);
  await done(place, ['restore', EARLIER], SECRET);
  await verifyEarlier(place, earlier.rows);
  assert.equal(await done(place, ['media', 'check'], SECRET), 'Nothing differs\n');

  // Two pictures, one that was removed, a changed password, keys of forms, odd characters, and the last
  // account is deleted with the last post.
  assert.deepEqual(Object.keys(earlier.rows), ['users', 'posts']);
  assert.equal(earlier.media.size, 6);
  const server = await place.start(SECRET);
  const { body } = await server.login('eva.straße@example.com', 'ein neues Passwort');
  assert.equal((await server.person()).id, 5);
  assert.equal((await server.post(body.access_token)).id, 6);
  await stop(server);
});

test('an earlier archive is restored after migrations that add columns and tables', async (t) => {
  const place = await newPlace(t);
  await done(place, ['restore', EARLIER], NEXT);
  await verifyEarlier(place);
  const posts = await rowsOf(place, 'posts');
  assert.deepEqual(
    posts.map((post) => [post['next_language'], post['next_words']]),
    [
      ['en', 0],
      ['en', 0],
      ['zh', 0],
      ['en', 0],
    ],
  );
  const albums = posts.map(({ id, title }) => ({ post_id: id, title: `Of ${String(title)}` }));
  assert.deepEqual(
    await rowsOf(place, 'next_albums'),
    albums.map((album, index) => ({ id: index + 1, ...album, picture_key: null })),
  );
  assert.deepEqual(await rowsOf(place, 'next_settings'), [{ name: 'theme', value: 'plain' }]);
  const found = await rowsOf(place, 'next_found_posts');
  assert.deepEqual(
    found.map((row) => row['post_id']),
    posts.map((row) => row['id']),
    'triggers of later migrations act',
  );
  assert.equal(await done(place, ['media', 'check'], NEXT), 'Nothing differs\n');
  assert.match(await done(place, ['backup', '--verify', EARLIER], NEXT), /is complete/);
  await verifyPostsGo(place);
});

/** Asserts that posts are written and counted after a restore. */
async function verifyPostsGo(place: Place): Promise<void> {
  const server = await place.start(NEXT);
  const { token } = await server.person();
  assert.equal((await server.post(token)).id, earlier.header.lastIds['posts']! + 1);
  const { body } = await server.api<{ total: number }>('GET', '/api/posts');
  assert.equal(body.total, earlier.rows['posts']!.length + 1);
  await stop(server);
}

test('an unpublished post is restored as such, and is not counted', async (t) => {
  const [place, other] = [await newPlace(t), await newPlace(t)];
  await done(place, ['restore', EARLIER], SECRET);
  await write(place, `update posts set state = 'unpublished' where id = 2`);
  const file = join(place.folder, 'unpublished.tar');
  await done(place, ['backup', file], SECRET);
  await done(other, ['restore', file], SECRET);
  assert.deepEqual(await rowsOf(other, 'posts'), await rowsOf(place, 'posts'));
  assert.equal(await verifyPostCountsOf(other.dataDir), earlier.rows['posts']!.length - 1);
});

const SAVED = ['users', 'posts', 'next_albums', 'next_photos', 'next_marks', 'next_settings'];

async function savedRows(place: Place): Promise<Record<string, Rows>> {
  const found: Record<string, Rows> = {};
  for (const table of SAVED) found[table] = await rowsOf(place, table);
  return found;
}

test('new columns and tables that nobody has listed are saved, restored and verified', async (t) => {
  const { place, photo, album } = await newerBlog(t);
  const file = join(place.folder, 'newer.tar');
  await done(place, ['backup', file], NEXT);
  assert.match(await done(place, ['backup', '--verify', file], NEXT), /is complete/);
  const other = await newPlace(t);
  await done(other, ['restore', file], NEXT);

  const expected = await savedRows(place);
  for (const post of expected['posts'] ?? []) post['next_words'] = 0;
  assert.deepEqual(await savedRows(other), expected);
  const [before, after] = await Promise.all([place, other].map((of) => openMedia(of.dataDir)));
  for (const key of [...storeKeys(photo), ...storeKeys(album)]) {
    assert.deepEqual(await after!.read(key), await before!.read(key));
  }
  before!.close();
  after!.close();
  await write(other, `insert into next_albums (post_id, title) values (1, 'the next')`);
  const ids = (await rowsOf(other, 'next_albums')).map(({ id }) => id);
  assert.deepEqual(ids, [1, 2, 3, 4, 9], 'the id of a deleted row is not given again');
});

test('a row whose file is missing is saved without it, and the command says so', async (t) => {
  const { place, photo, album } = await newerBlog(t);
  const [face = ''] = earlier.rows['users']!.flatMap(
    (user) => (user['picture_key'] as string) ?? [],
  );
  const media = await openMedia(place.dataDir);
  for (const key of [photo, album, face]) await media.delete(storeKeys(key)[1]!);
  media.close();
  const file = join(place.folder, 'partial.tar');
  const { code, output } = await place.run(['backup', file], NEXT);
  assert.equal(code, 1, output);
  for (const [key, row] of Object.entries({
    [face]: 'row 1 of users',
    [album]: 'row 1 of next_albums',
    [photo]: `row "${photo}" of next_photos`,
  })) {
    assert.match(output, new RegExp(`^masthead: Files of ${key} are missing, so .* ${row};`, 'm'));
  }
  const { rows } = await readArchive(file);
  assert.deepEqual(
    [rows['users']![0]!['picture_key'], rows['next_albums']![0]!['picture_key']],
    [null, null],
  );
  assert.equal(rows['next_photos'], undefined);
  assert.match(await done(place, ['backup', '--verify', file], NEXT), /is complete/);
});

for (const step of ['^alter table posts', '^insert into "users"', '^update "pictures"']) {
  test(`a restore of an earlier archive, killed ahead of ${step}, leaves an empty blog and is repeated`, async (t) => {
    const place = await newPlace(t);
    await done(place, ['migrate'], NEXT);
    const NODE_OPTIONS = `${NEXT_MIGRATION} ${DIE_AT}`;
    const service = place.spawn(
      { ...NEXT, NODE_OPTIONS, DIE_ARMED: '1', DIE_AT: step },
      { args: ['restore', EARLIER] },
    );
    assert.equal((await service.ended).signal, 'SIGKILL', service.output());
    assert.deepEqual([await rowsOf(place, 'users'), await rowsOf(place, 'posts')], [[], []]);
    await done(place, ['restore', EARLIER], NEXT);
    await verifyEarlier(place);
    assert.equal(await done(place, ['media', 'check'], NEXT), 'Nothing differs\n');
  });
}

test('contradictory rows are refused in one line, and the blog stays empty', async (t) => {
  const place = await newPlace(t);
  const [user] = earlier.rows['users'] ?? [];
  const [post] = earlier.rows['posts'] ?? [];
  const cases: [string, object, RegExp][] = [
    ['users', { ...user, picture_key: null }, /unique/i],
    ['posts', { ...post, id: 99, user_id: 99 }, /foreign key/i],
  ];
  for (const [table, row, reason] of cases) {
    const earlierFile = join(place.folder, `${table}.tar`);
    await addRows(EARLIER, earlierFile, { table, lines: [JSON.stringify(row)] });
    const { code, output } = await place.run(['restore', earlierFile], NEXT);
    assert.equal(code, 1);
    assert.match(output, /^masthead: \S+ cannot be restored: its rows are refused [^\n]+ empty\n$/);
    assert.match(output, reason);
  }
  const current = join(place.folder, 'current.tar');
  const source = await newPlace(t);
  await done(source, ['restore', EARLIER], NEXT);
  await done(source, ['backup', current], NEXT);
  const rows = (await readArchive(current)).rows;
  const file = join(place.folder, 'twice.tar');
  await addRows(current, file, { table: 'posts', lines: [JSON.stringify(rows['posts']![0])] });
  const { code, output } = await place.run(['restore', file], NEXT);
  assert.equal(code, 1);
  assert.match(
    output,
    /^(?:Restoring: [^\n]+\n)*masthead: \S+ cannot [^\n]+unique[^\n]+ empty\n$/i,
  );

  await done(place, ['restore', current], NEXT);
  await verifyEarlier(place);
  assert.equal(await done(place, ['media', 'check'], NEXT), 'Nothing differs\n');
});

test('if there is no disk space to migrate an earlier archive, it is refused and the blog stays empty', async (t) => {
  const place = await newPlace(t);
  const folder = join(place.folder, 'small');
  const disk = smallDisk(place, folder);
  const long = { ...earlier.rows['posts']![0], content: 'x'.repeat(100_000), form_key: null };
  const lines = Array.from({ length: 100 }, (_, n) => JSON.stringify({ ...long, id: 100 + n }));
  const file = join(place.folder, 'long.tar');
  await addRows(EARLIER, file, { table: 'posts', lines });
  const variables = { ...NEXT, SQLITE_TMPDIR: folder };
  const service = place.spawn(variables, { args: ['restore', file] });
  if (!disk.mounted) disk.fill(service.pid);
  const { code, output } = await service.ended;
  assert.equal(code, 1, output);
  if (disk.mounted)
    assert.match(output, /^masthead: The rows of \S+ [^\n]+ is full; SQLITE_TMPDIR names/);
  await done(place, ['restore', file], NEXT);
  assert.equal((await rowsOf(place, 'posts')).length, earlier.rows['posts']!.length + 100);
});
