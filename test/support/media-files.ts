import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Every file in a server's media folder, as `folder/name`, sorted. */
export async function mediaFiles(dataDir: string): Promise<string[]> {
  const media = join(dataDir, 'media');
  const entries = await readdir(media, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(media, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** The media files that belong to one picture, which `image_file` names. */
export async function filesOf(dataDir: string, imageFile: string): Promise<string[]> {
  const key = imageFile.replace('.jpg', '');
  return (await mediaFiles(dataDir)).filter((file) => file.includes(key));
}
