import type { Config } from '../config.ts';
import { openDiskStore } from '../media/disk.ts';
import { newPictureKey, SMALL, storeKey } from '../pictures/picture.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';

/** Writes, reads and deletes a file as an upload does, in the store itself. */
export async function checkMedia(config: Config): Promise<Finding[]> {
  const bytes = Buffer.from('written by masthead doctor');
  const [variant] = SMALL;
  if (variant === undefined) return [];
  const key = storeKey(newPictureKey(), variant);
  try {
    const store = openDiskStore(config.mediaDir);
    try {
      await store.write(key, bytes);
      const read = await store.read(key);
      if (!read?.equals(bytes)) throw new Error('what was written is not what is read');
    } finally {
      await store.delete(key);
    }
    if ((await store.read(key)) !== null) throw new Error('what was deleted is still there');
    return [ok(`Media are written, read and deleted in ${config.mediaDir}`)];
  } catch (error) {
    return [problem(`Media cannot be kept in ${config.mediaDir}: ${reasonOf(error)}`)];
  }
}
