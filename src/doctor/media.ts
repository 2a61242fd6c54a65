import type { Config } from '../config.ts';
import type { MediaStore } from '../media/media-store.ts';
import { openMediaStore } from '../media/open.ts';
import { newPictureKey, SMALL, storeKey } from '../pictures/picture.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';

/** Writes, reads and deletes a file as an upload does, in the store itself. */
export async function checkMedia(config: Config): Promise<Finding[]> {
  const { S3_BUCKET_NAME: bucket, mediaDir } = config;
  const place = bucket === undefined ? mediaDir : `the bucket ${bucket}`;
  // What is wrong at the start is told by the first request as well.
  const opened = await openMediaStore(config, () => undefined).catch((error: unknown) =>
    problem(reasonOf(error)),
  );
  if ('level' in opened) return [opened];
  try {
    await tryStore(opened);
    return [ok(`Media are written, read and deleted in ${place}`)];
  } catch (error) {
    const advice =
      bucket === undefined ? '' : '; look at the S3_* variables and the rights of the key';
    return [problem(`Media cannot be kept in ${place}: ${reasonOf(error)}${advice}`)];
  } finally {
    opened.close();
  }
}

async function tryStore(store: MediaStore): Promise<void> {
  const bytes = Buffer.from('written by masthead doctor');
  const [variant] = SMALL;
  if (variant === undefined) throw new Error('no variant');
  const key = storeKey(newPictureKey(), variant);
  try {
    await store.write(key, bytes);
    const read = await store.read(key);
    if (!read?.equals(bytes)) throw new Error('what was written is not what is read');
  } finally {
    await store.delete(key);
  }
  if ((await store.read(key)) !== null) throw new Error('what was deleted is still there');
}
