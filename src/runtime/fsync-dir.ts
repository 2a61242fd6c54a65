import { open } from 'node:fs/promises';

/** Without it a new or removed name may not survive a power cut, though the file's bytes do. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
