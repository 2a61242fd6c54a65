import { Readable } from 'node:stream';
import type { Context } from '../context.ts';
import type { Database, Transaction } from '../db/database.ts';
import { readLastIds } from '../db/id-sequences.ts';
import { MIGRATIONS } from '../db/migrate.ts';
import { withSnapshot } from '../db/snapshot.ts';
import { Unavailable } from '../errors.ts';
import { storeKeys } from '../media/picture-variants.ts';
import type { Progress } from '../runtime/progress.ts';
import { type Entry, FORMAT, HEADER, type Header, type Row, type Table } from './archive.ts';
import { packArchive } from './pack.ts';
import * as store from './rows.store.ts';

export type BackupDeps = Pick<Context, 'db' | 'media'> & {
  config: Pick<Context['config'], 'database'>;
};

/** Pictures read ahead of the archive: a store far away answers late. */
const AHEAD = 8;
/** Somebody who replaces a picture so often while it is read has it read once more the next time. */
const ATTEMPTS = 20;
/** Rows are gathered to files of about so many bytes. */
const CHUNK_BYTES = 1024 * 1024;

/** A picture that is not in the archive, since the store has not all of its files. */
export interface LeftOut {
  userId: number;
  key: string;
}

/**
 * Lends the archive's bytes: rows of one moment, while people go on writing. Pictures come first, since one
 * that is replaced meanwhile is gone from the store: its owner is then saved with the one that took its
 * place, or without one. `created` (ISO 8601) goes into the header. Returns what had to be left out.
 */
export async function backup(
  deps: BackupDeps,
  options: { created: string; progress: (total: number) => Progress },
  use: (bytes: AsyncIterable<Buffer>) => Promise<void>,
): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  await withSnapshot(deps.db, deps.config.database, async (snapshot) => {
    const { users, posts } = await store.countContent(snapshot);
    const progress = options.progress(
      (await store.countUsersWithPicture(snapshot)) + users + posts,
    );
    await use(packArchive(dump(deps, snapshot, { created: options.created, leftOut, progress })));
    progress.end();
  });
  return leftOut;
}

async function* dump(
  deps: BackupDeps,
  snapshot: Database | Transaction,
  { created, leftOut, progress }: { created: string; leftOut: LeftOut[]; progress: Progress },
): AsyncGenerator<Entry> {
  const lastIds = await readLastIds(snapshot);
  const header: Header = { format: FORMAT, migration: MIGRATIONS.length, created, lastIds };
  yield { name: HEADER, bytes: Buffer.from(`${JSON.stringify(header)}\n`) };

  const changed = new Map<number, string | null>();
  const pictures = Readable.from(store.readOwners(snapshot)).map(
    (owner: { id: number; key: string }) => readPicture(deps, owner),
    { concurrency: AHEAD },
  ) as AsyncIterable<Picture>;
  for await (const { owner, key, files } of pictures) {
    if (key !== owner.key) changed.set(owner.id, key);
    if (key !== null && files === null) {
      leftOut.push({ userId: owner.id, key });
      changed.set(owner.id, null);
    }
    yield* files ?? [];
    progress.add();
  }
  yield* chunks('users', withPictures(store.readRows(snapshot, 'users'), changed), progress);
  yield* chunks('posts', store.readRows(snapshot, 'posts'), progress);
}

interface Picture {
  owner: { id: number; key: string };
  /** Of the picture that was found; null when its owner has none any more. */
  key: string | null;
  /** Null when there is none, or the store lacks a file of it. */
  files: Entry[] | null;
}

/** A file that is not there was deleted after another picture had taken its place. */
async function readPicture({ db, media }: BackupDeps, owner: Picture['owner']): Promise<Picture> {
  let key: string | null = owner.key;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await Promise.all(
      storeKeys(key).map(async (name) => ({ name, bytes: await media.read(name) })),
    );
    const files = found.flatMap(({ name, bytes }) =>
      bytes ? { name: `media/${name}`, bytes } : [],
    );
    if (files.length === found.length) return { owner, key, files };
    const now: string | null = (await store.currentKey(db, owner.id)) ?? null;
    if (now === null || now === key) return { owner, key: now, files: null };
    key = now;
  }
  throw new Unavailable(`The picture of user ${owner.id} changes all the time; try again later`);
}

async function* withPictures(
  rows: AsyncIterable<Row>,
  changed: Map<number, string | null>,
): AsyncGenerator<Row> {
  for await (const row of rows) {
    const key = changed.get(row['id'] as number);
    yield key === undefined ? row : { ...row, picture_key: key };
  }
}

async function* chunks(
  table: Table,
  rows: AsyncIterable<Row>,
  progress: Progress,
): AsyncGenerator<Entry> {
  let number = 0;
  let lines: string[] = [];
  let size = 0;
  const flush = (): Entry => {
    const bytes = Buffer.from(lines.join(''));
    lines = [];
    size = 0;
    number++;
    return { name: `rows/${table}/${String(number).padStart(6, '0')}.jsonl`, bytes };
  };
  for await (const row of rows) {
    const line = `${JSON.stringify(row)}\n`;
    lines.push(line);
    size += line.length;
    progress.add();
    if (size >= CHUNK_BYTES) yield flush();
  }
  if (size > 0) yield flush();
}
