import type { Config } from '../config.ts';
import type { MediaStore } from '../media/media-store.ts';
import { openMediaStore } from '../media/open.ts';
import { MAIN, newPictureKey, SMALL, storeKey } from '../media/picture-variants.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';
import { checkMediaBase } from './media-base.ts';
import { checkPublicBucket } from './public-bucket.ts';

/** The smallest WebP: one pixel. A proxy or CDN on the way may look inside. */
const PROBE = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');

/** What to change, by the system's error codes. */
const ADVICE: Record<string, string> = {
  EACCES: 'give the folder and all in it to the user that the server runs as',
  EPERM: 'give the folder and all in it to the user that the server runs as',
  EROFS: 'it is mounted read-only; mount it for writing, or move DATA_DIR',
  ENOSPC: 'make room, or move DATA_DIR',
  EDQUOT: "make room, or raise the quota of the server's user",
  EEXIST: 'there is a file where a folder should be; move it away',
  ENOTDIR: 'there is a file where a folder should be; move it away',
};

/** Writes, reads and deletes a file in the store as an upload does, and meanwhile fetches it as pages do. */
export async function checkMedia(config: Config): Promise<Finding[]> {
  const { S3_BUCKET_NAME: bucket, mediaDir } = config;
  const place = bucket === undefined ? mediaDir : `the bucket ${bucket}`;
  try {
    // No warning is needed here, because the first request below reports the same.
    const store = await openMediaStore(config, () => undefined);
    try {
      const fetched = await tryStore(store, async (key) => [
        ...(await checkMediaBase(config, key)),
        ...(await checkPublicBucket(config, key)),
      ]);
      return [ok(`Pictures can be written, read and deleted in ${place}`), ...fetched];
    } finally {
      store.close();
    }
  } catch (error) {
    const advice =
      bucket === undefined
        ? ADVICE[codeOf(error)]
        : 'check the S3_* variables and the rights of the key';
    const text = `Pictures cannot be stored in ${place}: ${reasonOf(error)}`;
    return [problem([text, advice].filter(Boolean).join('; '))];
  }
}

/** Stores a file, calls `use` with its key, and deletes it. */
async function tryStore(
  store: MediaStore,
  use: (key: string) => Promise<Finding[]>,
): Promise<Finding[]> {
  const [variant = MAIN] = SMALL;
  const key = storeKey(newPictureKey(), variant);
  let findings: Finding[];
  try {
    await store.write(key, PROBE);
    if (!(await store.read(key))?.equals(PROBE)) {
      throw new Error('the file that was read differs from the one that was written');
    }
    findings = await use(key);
  } catch (error) {
    // The first failure says more than one of cleaning up after it.
    await store.delete(key).catch(() => {});
    throw error;
  }
  await store.delete(key);
  if ((await store.read(key)) !== null) throw new Error('a deleted file is still there');
  return findings;
}

/** The system's error code, also of an error's cause; '' without one. */
function codeOf(error: unknown): string {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code ?? (cause instanceof Error ? codeOf(cause) : '');
}
