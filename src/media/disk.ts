import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, open, opendir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from '../errors.ts';
import { coalesceRuns } from '../runtime/coalesce.ts';
import { syncFolder } from '../runtime/fsync-dir.ts';
import { unlessMissing } from './missing.ts';
import { KEY, type MediaStore, refuseBadKey, type StoredObject } from './media-store.ts';

/** No key's name ends so, so that nothing unfinished is ever taken for an object. */
const SUFFIX = '.part';
/** Enough to need a block of its own: an empty file can be made on a full disk. */
const PROBE_BYTES = 4096;

/**
 * A media store in a folder, made if missing: `<dir>/<folder>/<name>`, and `<dir>/tmp` for what is being
 * written. Local file systems only (Linux, macOS): it relies on rename and on fsync of folders. Throws
 * StartError when there can be no such folder; one that is there but takes no writes is for check() to tell.
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
  /** Of those who come together each would wait for the disk: it costs the same for all of them at once. */
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
        // Who made the temporary file is the only writer of this key, so nobody comes between.
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
      // Also when there was nothing to remove: an earlier attempt may have stopped before its sync.
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

/** A store that has gone, as an unmounted volume has, cannot say that a file is not in it. */
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
 * Makes the file, which must not be there yet, writes all of the bytes to the disk itself, then does
 * `use`; if anything of this fails, the file is gone again.
 */
async function writeNew(
  file: string,
  bytes: Uint8Array,
  use: () => Promise<unknown>,
): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    try {
      // Not `handle.write`: that resolves with a short count on a nearly full disk.
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

/** Not recursive: when the media folder itself has gone, as with an unmounted volume, writing must fail. */
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
