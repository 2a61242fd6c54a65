import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upload } from '../images/upload.ts';

/** A picture of the original's folder, or the reason why it cannot be imported. `max`: bytes. */
export async function openPicture(
  folder: string,
  name: unknown,
  max: number,
): Promise<Upload | string> {
  if (typeof name !== 'string' || !/^[^/\\\0]+$/.test(name) || /^\.+$/.test(name)) {
    return 'its name is not that of a file in the folder';
  }
  const path = join(folder, name);
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENAMETOOLONG') return undefined;
    throw error;
  });
  if (!found) return 'the file is missing';
  if (!found.isFile()) return 'it is not a file';
  if (found.size > max) return `the file is larger than ${max} bytes`;
  return { size: found.size, content: path, discard: async () => {} };
}
