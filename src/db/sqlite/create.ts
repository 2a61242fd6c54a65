import { randomBytes } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../runtime/fsync-dir.ts';
import { withNewDatabase } from '../tables.ts';

/**
 * Makes the file, with mode 0600, as a migrated database without rows, unless there is one already. It
 * gets its name only when it is complete and on the disk: whatever else is found there later, an empty
 * file above all, is damage. Of several processes that do this at once one succeeds, and all find its
 * file. Needs a file system with hard links.
 */
export async function createDatabaseFile(file: string): Promise<void> {
  const bytes = await withNewDatabase((sqlite) => sqlite.serialize());
  const temporary = `${file}-new-${randomBytes(8).toString('hex')}`;
  try {
    await writeAll(temporary, bytes);
    // Unlike a rename, it takes nothing's place.
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary).catch(() => {});
  }
  await syncFolder(dirname(file));
}

/** Password hashes are for this account's eyes alone, and SQLite would follow the umask. */
async function writeAll(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
