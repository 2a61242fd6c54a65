import type { Config } from '../config.ts';
import type { MediaStore } from '../media/media-store.ts';
import { openMediaStore } from '../media/open.ts';
import { MAIN, newPictureKey, SMALL, storeKey } from '../media/picture-variants.ts';
import { ok, problem, reasonOf, type Finding } from './finding.ts';
import { checkMediaBase } from './media-base.ts';

/** The smallest picture there is in WebP: one pixel. What lies on the way may look inside. */
const PROBE = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');

/** What to change, by the system's codes. */
const ADVICE: Record<string, string> = {
  EACCES: 'give the folder and all in it to the user that the server runs as',
  EPERM: 'give the folder and all in it to the user that the server runs as',
  EROFS: 'it is mounted for reading only; mount it for writing, or move DATA_DIR',
  ENOSPC: 'make room, or move DATA_DIR',
  EDQUOT: 'make room, or raise the quota of its user',
  EEXIST: 'a file is in the place of a folder; move it away',
  ENOTDIR: 'a file is in the place of a folder; move it away',
};

/** Writes, reads and deletes a file as an upload does, in the store itself; meanwhile fetches it as pages do. */
export async function checkMedia(config: Config): Promise<Finding[]> {
  const { S3_BUCKET_NAME: bucket, mediaDir } = config;
  const place = bucket === undefined ? mediaDir : `the bucket ${bucket}`;
  try {
    // What is wrong at the start is told by the first request as well.
    const store = await openMediaStore(config, () => undefined);
    try {
      const fetched = await tryStore(store, (key) => checkMediaBase(config, key));
      return [ok(`Media are written, read and deleted in ${place}`), ...fetched];
    } finally {
      store.close();
    }
  } catch (error) {
    const advice =
      bucket === undefined
        ? ADVICE[codeOf(error)]
        : 'look at the S3_* variables and the rights of the key';
    const text = `Media cannot be kept in ${place}: ${reasonOf(error)}`;
    return [problem([text, advice].filter(Boolean).join('; '))];
  }
}

/** `use` is lent the key of a file that is stored. */
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
      throw new Error('what was written is not what is read');
    }
    findings = await use(key);
  } catch (error) {
    // The first failure says more than that of tidying up after it.
    await store.delete(key).catch(() => {});
    throw error;
  }
  await store.delete(key);
  if ((await store.read(key)) !== null) throw new Error('what was deleted is still there');
  return findings;
}

/** Of the system's error, also where another has it for its cause; '' without one. */
function codeOf(error: unknown): string {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code ?? (cause instanceof Error ? codeOf(cause) : '');
}
