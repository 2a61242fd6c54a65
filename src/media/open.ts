import type { Config } from '../config.ts';
import { StartError, Unavailable } from '../errors.ts';
import { openDiskStore } from './disk.ts';
import type { MediaStore } from './media-store.ts';
import type { S3Settings } from './s3.ts';

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
 * Opens the configured store: a bucket, or the folder `mediaDir`. Throws StartError if it cannot be
 * used. A bucket that does not answer now may do so later: `warn` gets the reason.
 */
export async function openMediaStore(
  config: MediaConfig,
  warn: (cause: unknown) => void,
): Promise<MediaStore> {
  const { S3_BUCKET_NAME: bucket } = config;
  if (bucket === undefined) return openDiskStore(config.mediaDir);
  // Loading the SDK is a third of a start; without a bucket it is not loaded.
  const { openS3Store } = await import('./s3.ts');
  return openS3Store(settingsOf(config, bucket), { warn });
}

function settingsOf(config: MediaConfig, bucket: string): S3Settings {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const given = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    bucket,
    region: config.S3_REGION,
    credentials: given ? { accessKeyId, secretAccessKey } : undefined,
    endpoint: config.S3_ENDPOINT_URL,
  };
}

/**
 * Whether anyone can read this stored file from the bucket itself, without a key of it; false without a
 * bucket. Rejects if the bucket does not answer.
 */
export async function isPublicInBucket(config: MediaConfig, key: string): Promise<boolean> {
  const { S3_BUCKET_NAME: bucket } = config;
  if (bucket === undefined) return false;
  const { isPublic } = await import('./s3-public.ts');
  return isPublic(settingsOf(config, bucket), key);
}

/**
 * Throws StartError if pictures are in a bucket that cannot be written now, for commands that must
 * change nothing in that case. A folder is checked when it is opened.
 */
export async function refuseUnusableBucket(config: MediaConfig): Promise<void> {
  if (config.S3_BUCKET_NAME === undefined) return;
  // If the bucket does not answer, check() says so too.
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
