import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, open, opendir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from '../errors.ts';
import { coalesceRuns } from '../runtime/coalesce.ts';
import { syncFolder } from '../runtime/fsync-dir.ts';
import { unlessMissing } from './missing.ts';
import { KEY, type MediaStore, refuseBadKey, type StoredObject } from './media-store.ts';

/** No key ends like this, so an unfinished file is never taken for an object. */
const SUFFIX = '.part';
/** Large enough to need a disk block: an empty file can be created on a full disk. */
const PROBE_BYTES = 4096;

/**
 * A media store in a folder, which is created if missing: `<dir>/<folder>/<name>`, and `<dir>/tmp`
 * for files being written. Local file systems only (Linux, macOS): it relies on rename and on fsync
 * of folders. Throws StartError if the folder cannot be created; check() reports one that is not
 * writable.
 */
export function openDiskStore(dir: string): MediaStore {
  const tmp = join(dir, 'tmp');
  try {
    mkdirSync(tmp, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The media folder ${dir} cannot be used: ${reason}`, { cause: error });
  }
  const path = (key: string) => join(dir, key);
  const folderOf = (key: string) => dirname(path(key));
  const flushes = new Map<string, () => Promise<void>>();
  /** Concurrent callers share one flush, which takes as long as a flush for each of them. */
  const flush = (folder: string) => {
    const known = flushes.get(folder) ?? coalesceRuns(() => syncFolder(folder));
    flushes.set(folder, known);
    return known();
  };
  const temporaryPath = (key: string) => join(tmp, key.replace('/', '-') + SUFFIX);

  return {
    async write(key, bytes) {
      refuseBadKey(key);
      await makeFolder(folderOf(key));
      const temporary = temporaryPath(key);
      await writeNew(temporary, bytes, async () => {
        // The process that made the temporary file is the only writer of this key, so nothing can race.
        if (await exists(path(key))) throw new Error(`${key} is already stored`);
        await rename(temporary, path(key));
        await flush(folderOf(key));
      });
    },

    async read(key) {
      refuseBadKey(key);
      const bytes = await unlessMissing(readFile(path(key)));
      if (bytes) return bytes;
      await mustBeThere(tmp);
      return null;
    },

    async delete(key) {
      refuseBadKey(key);
      await mustBeThere(tmp);
      await unlessMissing(unlink(temporaryPath(key)));
      await unlessMissing(unlink(path(key)));
      // Flushed even if there was nothing to remove, because an earlier attempt may have stopped
      // before its flush.
      await unlessMissing(flush(folderOf(key)));
    },

    async *list() {
      for await (const folder of await opendir(dir)) {
        if (folder.isDirectory()) yield* objectsIn(dir, folder.name);
      }
    },

    async check() {
      const probe = join(tmp, `probe-${randomBytes(8).toString('hex')}`);
      await writeNew(probe, Buffer.alloc(PROBE_BYTES, 'probe'), () => unlink(probe));
    },

    async *temporaries() {
      for await (const { name } of await opendir(tmp)) {
        const found = await unlessMissing(stat(join(tmp, name)));
        if (found) yield { name, key: keyOfTemporary(name), modifiedAt: found.mtime };
      }
    },

    async deleteTemporary(name) {
      await unlessMissing(unlink(join(tmp, name)));
    },

    close() {},
  };
}

/**
 * Throws if the folder itself is missing, for example on an unmounted volume: a file may still
 * exist there.
 */
async function mustBeThere(folder: string): Promise<void> {
  await stat(folder);
}

function keyOfTemporary(name: string): string | null {
  const key = name.slice(0, -SUFFIX.length).replace('-', '/');
  return name.endsWith(SUFFIX) && KEY.test(key) ? key : null;
}

async function* objectsIn(dir: string, folder: string): AsyncIterable<StoredObject> {
  for await (const { name } of await opendir(join(dir, folder))) {
    const key = `${folder}/${name}`;
    if (!KEY.test(key)) continue;
    const found = await unlessMissing(stat(join(dir, key)));
    if (found?.isFile()) yield { key, size: found.size, modifiedAt: found.mtime };
  }
}

/**
 * Creates the file, which must not exist yet, writes and flushes all bytes, then calls `use`. If
 * any of this fails, the file is removed.
 */
async function writeNew(
  file: string,
  bytes: Uint8Array,
  use: () => Promise<unknown>,
): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    try {
      // Not `handle.write`: on a nearly full disk that resolves with a short count.
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await use();
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    throw error;
  }
}

/** Not recursive: if the media folder itself is gone, as with an unmounted volume, writing must fail. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await syncFolder(dirname(folder));
}

async function exists(file: string): Promise<boolean> {
  return (await unlessMissing(stat(file))) !== undefined;
}
