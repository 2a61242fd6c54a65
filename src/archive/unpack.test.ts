import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { MIGRATIONS } from '../db/migrate.ts';
import { StartError } from '../errors.ts';
import { newPictureKey, storeKeys } from '../media/picture-variants.ts';
import type { Entry } from './entry.ts';
import { FORMAT, HEADER } from './header.ts';
import { layoutAt } from './layout.ts';
import { packArchive } from './pack.ts';
import { verifyArchive } from './unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'masthead-archive-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'archive.tar');
const HEADER_NOW = {
  format: FORMAT,
  migration: MIGRATIONS.length,
  created: '2026-01-01T00:00:00.000Z',
  lastIds: { users: 2, posts: 1 },
};

async function pack(entries: Entry[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(packArchive(Readable.from(entries))));
}

function header(changes: object = {}): Entry {
  return { name: HEADER, bytes: Buffer.from(`${JSON.stringify({ ...HEADER_NOW, ...changes })}\n`) };
}

const { tables } = await layoutAt();

/** Lines of a table whose columns have any values of their type, except for these. */
function rows(table: string, values: object[]): Entry {
  const lines = values.map((value) => {
    const columns = tables
      .get(table)
      ?.columns.map(({ name, type }) => [name, type === 'integer' ? 1 : 'text']);
    return `${JSON.stringify({ ...Object.fromEntries(columns ?? []), ...value })}\n`;
  });
  return { name: `rows/${table}/000001.jsonl`, bytes: Buffer.from(lines.join('')) };
}

const KEY = newPictureKey();
const MEDIA = storeKeys(KEY).map((key) => ({ name: `media/${key}`, bytes: randomBytes(1500) }));
const USERS = rows('users', [{ picture_key: KEY }, { id: 2, picture_key: null }]);
const SOUND = [header(), ...MEDIA, USERS, rows('posts', [{}])];
const whole = await pack(SOUND);

test('a valid archive is accepted', async () => {
  writeFileSync(file, whole);
  const { header: found, entries } = await verifyArchive(file, () => {});
  assert.deepEqual(found, HEADER_NOW);
  assert.equal(entries, SOUND.length);
});

/** The files of a tar: where each one's header and bytes begin, and where its padding ends. */
function* tarFiles(tar: Buffer) {
  for (let head = 0; tar[head] !== 0;) {
    const text = (from: number, to: number) => tar.toString('latin1', head + from, head + to);
    const [name = ''] = text(0, 100).split('\0');
    const begin = head + 512;
    const size = Number.parseInt(text(124, 136), 8);
    const end = begin + Math.ceil(size / 512) * 512;
    yield { name, head, begin, size, end };
    head = end;
  }
}

/** The archive with one byte changed. */
function altered(whole: Buffer, at: number, flip = 1): Buffer {
  const bytes = Buffer.from(whole);
  bytes[at]! ^= flip;
  return bytes;
}

/** Asserts that these bytes are refused as an archive, in one line. */
async function refuse(bytes: Uint8Array, what: string): Promise<void> {
  writeFileSync(file, bytes);
  const verified = verifyArchive(file, () => {});
  await assert.rejects(verified, (error: Error) => {
    assert.ok(error instanceof StartError, `${what}: ${error.stack}`);
    assert.match(error.message, /^[^\n]*(cut short or altered|newer Masthead)[^\n]*$/, what);
    return true;
  });
}

test('an archive that is altered in any one byte is refused', async () => {
  const files = [...tarFiles(whole)];
  const kinds = new Set(files.map(({ name }) => name.split('/')[0]));
  assert.deepEqual([...kinds], ['masthead.json', 'media', 'rows', 'checksums', 'manifest.json']);
  for (const { name, head, begin, size, end } of files) {
    const middle = begin + Math.floor(size / 2);
    for (const at of [head, head + 130, head + 400, begin, middle, begin + size - 1, end - 1]) {
      await refuse(altered(whole, at), `${name} at ${at - head}`);
    }
  }
  const positions = fc.integer({ min: 0, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(positions, fc.integer({ min: 1, max: 255 }), (at, flip) =>
      refuse(altered(whole, at, flip), `${flip} at ${at}`),
    ),
    { numRuns: 200 },
  );
});

test('an archive that is cut short anywhere, or continues after its end, is refused', async () => {
  for (let length = 0; length < whole.length; length += 512) {
    await refuse(whole.subarray(0, length), `${length} bytes`);
    await refuse(whole.subarray(0, length + 511), `${length + 511} bytes`);
  }
  await refuse(Buffer.concat([whole, Buffer.alloc(512)]), 'zeros at the end');
  await refuse(Buffer.concat([whole, whole]), 'twice');
});

for (const changes of [{ format: FORMAT + 1 }, { migration: MIGRATIONS.length + 1 }]) {
  test(`an archive of a newer Masthead, by its ${Object.keys(changes)[0]}, is distinguished from a damaged one`, async () => {
    writeFileSync(file, await pack([header(changes), ...SOUND.slice(1)]));
    await assert.rejects(
      verifyArchive(file, () => {}),
      /^Error: The archive was made by a newer Masthead .*; update Masthead. Nothing was changed$/,
    );
  });
}

test('an archive with correct checksums whose parts do not belong together is refused', async () => {
  const [, first, second, third] = SOUND;
  assert.ok(first && second && third);
  const otherKey = newPictureKey();
  const other = storeKeys(otherKey).map((key) => ({ name: `media/${key}`, bytes: randomBytes(9) }));
  const both = rows('users', [{ picture_key: KEY }, { id: 2, picture_key: otherKey }]);
  const cases: Record<string, Entry[]> = {
    'a file of a picture is missing': [header(), first, second, USERS],
    'the picture belongs to nobody': [header(), ...MEDIA],
    'the files of a picture are not together': [header(), first, ...other, second, third, both],
    'a file is there twice': [header(), first, first, second, third, USERS],
    'the header is not the first': [...MEDIA, header(), USERS],
    'there are two headers': [header(), ...SOUND],
    'no entries': [],
    'a picture is larger than any of ours': [
      header(),
      first,
      { name: second.name, bytes: Buffer.alloc(16 * 1024 * 1024 + 1) },
      third,
      USERS,
    ],
    'the header is large': [
      { name: HEADER, bytes: Buffer.concat([header().bytes, Buffer.alloc(2 * 1024 * 1024, ' ')]) },
      ...SOUND.slice(1),
    ],
    'no JSON': [{ name: HEADER, bytes: Buffer.from('text\n') }],
  };
  for (const [what, entries] of Object.entries(cases)) await refuse(await pack(entries), what);
});

test('an archive with an impossible header is refused', async () => {
  const cases: object[] = [
    { format: 0 },
    { format: '1' },
    { migration: 0 },
    { migration: -1 },
    { migration: 1.5 },
    { migration: '5' },
    { migration: null },
    { created: 5 },
    { created: '2026-01-01T00:00:00.000Z\u001b[2J' },
    { lastIds: { users: -1 } },
    { lastIds: { users: '1' } },
    { lastIds: { users: 2 ** 53 } },
    { lastIds: { users: 1, masthead_migrations: 1 } },
    { lastIds: { sessions: 1 } },
    { lastIds: null },
  ];
  for (const changes of cases) {
    await refuse(await pack([header(changes), ...SOUND.slice(1)]), JSON.stringify(changes));
  }
});

test('an archive with rows that its migration does not have is refused', async () => {
  const text = (name: string, lines: string): Entry => ({
    name: `rows/${name}/000001.jsonl`,
    bytes: Buffer.from(lines),
  });
  const post = rows('posts', [{}]).bytes.toString();
  const { id: _, ...rest } = JSON.parse(post);
  const cases: Record<string, Entry> = {
    'a title that is a number': rows('posts', [{ title: 5 }]),
    'a title with half a character': rows('posts', [{ title: '\ud83c' }]),
    'a time that is not whole': rows('posts', [{ date_posted: 1.5 }]),
    'an id beyond what a number holds': rows('posts', [{ id: 2 ** 60 }]),
    'no author': rows('posts', [{ user_id: null }]),
    'one more column': rows('posts', [{ is_admin: 1 }]),
    'one column less': text('posts', `${JSON.stringify(rest)}\n`),
    'columns in another order': text('posts', `${JSON.stringify({ ...rest, id: 1 })}\n`),
    'a line that does not end': text('posts', post.trimEnd()),
    'null in place of a row': text('posts', 'null\n'),
    'a table that is left out': text('sessions', '{}\n'),
    'a table that nobody knows': text('constructor', '{}\n'),
    'the list of migrations': text('masthead_migrations', '{"number":1}\n'),
  };
  const before = [header(), ...MEDIA, USERS];
  for (const [what, entry] of Object.entries(cases)) {
    await refuse(await pack([...before, entry]), what);
  }
});
