import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ON_S3, openMedia } from './media.ts';

/** Every file in a server's media folder, or object in its bucket, as `folder/name`, sorted. */
export async function mediaFiles(dataDir: string): Promise<string[]> {
  if (ON_S3) return objects(dataDir);
  const media = join(dataDir, 'media');
  const entries = await readdir(media, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(media, join(entry.parentPath, entry.name)))
    .toSorted();
}

async function objects(dataDir: string): Promise<string[]> {
  const store = await openMedia(dataDir);
  const names: string[] = [];
  for await (const { key } of store.list()) names.push(key);
  for await (const { name } of store.temporaries()) names.push(name);
  store.close();
  return names.toSorted();
}

/** The media files of one picture, which `image_file` names. */
export async function filesOf(dataDir: string, imageFile: string): Promise<string[]> {
  const key = imageFile.replace('.jpg', '');
  return (await mediaFiles(dataDir)).filter((file) => file.includes(key));
}
