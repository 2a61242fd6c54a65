import { open } from 'node:fs/promises';

/**
 * Flushes a folder. Otherwise a new or removed name may not survive a power cut, although the
 * file's bytes do.
 */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
