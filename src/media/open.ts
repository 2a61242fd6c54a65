import type { Config } from '../config.ts';
import { StartError, Unavailable } from '../errors.ts';
import { openDiskStore } from './disk.ts';
import type { MediaStore } from './media-store.ts';

type MediaConfig = Pick<
  Config,
  | 'mediaDir'
  | 'S3_BUCKET_NAME'
  | 'S3_REGION'
  | 'S3_ACCESS_KEY_ID'
  | 'S3_SECRET_ACCESS_KEY'
  | 'S3_ENDPOINT_URL'
>;

/**
 * The store that the configuration names: a bucket, or the folder `mediaDir`. Throws StartError when it
 * cannot be used; a bucket that does not answer now can, later, and `warn` is told why not now.
 */
export async function openMediaStore(
  config: MediaConfig,
  warn: (cause: unknown) => void,
): Promise<MediaStore> {
  const { S3_BUCKET_NAME: bucket, S3_ACCESS_KEY_ID: accessKeyId } = config;
  if (bucket === undefined) return openDiskStore(config.mediaDir);
  // A third of a start is the SDK; who keeps pictures in a folder does not wait for it.
  const { openS3Store } = await import('./s3.ts');
  const { S3_REGION: region, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const given = accessKeyId !== undefined && secretAccessKey !== undefined;
  const settings = {
    bucket,
    region,
    credentials: given ? { accessKeyId, secretAccessKey } : undefined,
    endpoint: config.S3_ENDPOINT_URL,
  };
  return openS3Store(settings, { warn });
}

/**
 * Throws StartError when pictures are kept in a bucket that takes none now; for who must not have made
 * anything yet by then. A folder is tried by whoever makes it.
 */
export async function refuseUnusableBucket(config: MediaConfig): Promise<void> {
  if (config.S3_BUCKET_NAME === undefined) return;
  // That it does not answer is what the check says, too.
  const media = await openMediaStore(config, () => {});
  try {
    await media.check();
  } catch (error) {
    const cause = error instanceof Unavailable ? error.cause : error;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new StartError(
      `The bucket ${config.S3_BUCKET_NAME} cannot be used now: ${reason}. Nothing was changed`,
      { cause: error },
    );
  } finally {
    media.close();
  }
}
