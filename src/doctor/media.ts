import type { Config } from '../config.ts';
import { openMediaStore } from '../media/open.ts';
import { newPictureKey, SMALL, storeKey } from '../pictures/picture.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';

/** Writes, reads and deletes a file as an upload does, in the store itself, a folder or a bucket. */
export async function checkMedia(config: Config): Promise<Finding[]> {
  const bytes = Buffer.from('written by masthead doctor');
  const [variant] = SMALL;
  if (variant === undefined) return [];
  const key = storeKey(newPictureKey(), variant);
  const bucket = config.S3_BUCKET_NAME;
  const place = bucket === undefined ? config.mediaDir : `the bucket ${bucket}`;
  try {
    const store = await openMediaStore(config, () => {});
    try {
      await store.write(key, bytes);
      const read = await store.read(key);
      if (!read?.equals(bytes)) throw new Error('what was written is not what is read');
    } finally {
      await store.delete(key);
    }
    if ((await store.read(key)) !== null) throw new Error('what was deleted is still there');
    return [ok(`Media are written, read and deleted in ${place}`)];
  } catch (error) {
    return [problem(`Media cannot be kept in ${place}: ${reasonOf(error)}`)];
  }
}
