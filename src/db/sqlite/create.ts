import { randomBytes } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../runtime/fsync-dir.ts';
import { withNewDatabase } from '../tables.ts';

/**
 * Creates the file, with mode 0600, as a migrated database without rows, unless it exists. It gets
 * its name only when it is complete and on the disk, so anything else found there later, such as an
 * empty file, is damage. If several processes do this at once, one succeeds and all find its file.
 * Needs a file system with hard links.
 */
export async function createDatabaseFile(file: string): Promise<void> {
  const bytes = await withNewDatabase((sqlite) => sqlite.serialize());
  const temporary = `${file}-new-${randomBytes(8).toString('hex')}`;
  try {
    await writeAll(temporary, bytes);
    // Unlike a rename, a link replaces nothing.
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary).catch(() => {});
  }
  await syncFolder(dirname(file));
}

/** Only this account may read password hashes; SQLite would follow the umask. */
async function writeAll(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
